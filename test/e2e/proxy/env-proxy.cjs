// Preloaded into the program: does to Node's own agent what --use-env-proxy does since Node.js 24. It asks the proxy of HTTP_PROXY.
const http = require('node:http');

const { hostname, port } = new URL(process.env.HTTP_PROXY);

class ProxyingAgent extends http.Agent {
  addRequest(request, options) {
    request.path = `http://${options.host}:${options.port ?? 80}${request.path}`;
    super.addRequest(request, { ...options, host: hostname, port: Number(port) });
  }
}

http.globalAgent = new ProxyingAgent();
