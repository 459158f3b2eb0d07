// The number of an exchange, as calls name it.
import { z } from 'zod'

export const idSchema = z.number().int().positive()
