// For processes that do not know the emulator (`node --require`): names below `localhost` are the loopback
// interface, also where
// the system's resolver does not know it. RFC 6761, section 6.3.
const dns = require('node:dns');

const { lookup } = dns;
dns.lookup = (hostname, ...rest) => lookup(hostname.endsWith('.localhost') ? '127.0.0.1' : hostname, ...rest);
