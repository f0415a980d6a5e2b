// Preloaded into the program: closes every way out but loopback. CLOSED_MAP leads single addresses to loopback, as a metadata
// service would be there; CLOSED_LOG gets a line for each try to leave.
const { appendFileSync } = require('node:fs');
const net = require('node:net');

const leads = JSON.parse(process.env.CLOSED_MAP || '{}');
const isLocal = (host) => host === undefined || /^(localhost|127\.|::1$)/.test(host);
const { connect } = net.Socket.prototype;

net.Socket.prototype.connect = function (...args) {
  const [first] = args;
  const options = Array.isArray(first) ? first[0] : first;
  if (typeof options !== 'object' || options.path || isLocal(options.host)) return connect.apply(this, args);
  appendFileSync(process.env.CLOSED_LOG, `${options.host}\n`);
  const port = leads[options.host];
  if (port !== undefined) {
    Object.assign(options, { host: '127.0.0.1', port });
    return connect.apply(this, args);
  }
  process.nextTick(() => {
    this.destroy(Object.assign(new Error(`connect ENETUNREACH ${options.host}`), { code: 'ENETUNREACH' }));
  });
  return this;
};
