// The version of Gripscope, from its package.json.
export { version } from '../../package.json'
