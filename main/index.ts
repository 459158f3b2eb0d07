// The desktop app starts here.
export {}
