// The measuring program runs in a copy of Node: processes that run the same file share its pages, and the daemons' part of
// them would look smaller than it is. What it starts is the real one, by whatever means.
process.execPath = process.env['NODE'] ?? process.execPath;

export const nodeProgram = process.execPath;
