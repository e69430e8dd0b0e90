import { lookup as lookupDns, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { TemporaryError } from '../temporary-error';

/**
 * Ranges that are not on the public internet.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml
 */
const privateIpv4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local, with the metadata service of AWS.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast and reserved.
  ['224.0.0.0', 3],
] as const;
/**
 * The parts of 2000::/3 that are not public: protocol assignments with Teredo, documentation, 6to4. No other IPv6
 * address is public, so neither are those that contain an IPv4 address (`::ffff:10.0.0.1`, `64:ff9b::a00:1`).
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry/iana-ipv6-special-registry.xhtml
 */
const privateIpv6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const refused = new BlockList();
for (const [net, prefix] of privateIpv4) refused.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of privateIpv6) refused.addSubnet(net, prefix, 'ipv6');
const publicIpv6 = new BlockList();
publicIpv6.addSubnet('2000::', 3, 'ipv6');

/** @param address an IP address without brackets */
export const isPublicAddress = (address: string): boolean => {
  // An address with a zone (`fe80::1%eth0`) is always local.
  switch (address.includes('%') ? 0 : isIP(address)) {
    case 4:
      return !refused.check(address, 'ipv4');
    case 6:
      return publicIpv6.check(address, 'ipv6') && !refused.check(address, 'ipv6');
    default:
      return false;
  }
};

type Resolve = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

/**
 * Resolves a name and checks its addresses. Node connects to a checked address, so a name that resolves to another
 * address a moment later (DNS rebinding) has no effect. If one of the addresses is not public, none is used.
 */
export const publicLookup =
  (resolve: Resolve = lookupDns): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { all: true }, (error, addresses) => {
      const [first] = (addresses as readonly LookupAddress[] | undefined) ?? [];
      if (error !== null) callback(error, '');
      else if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
        callback(new TemporaryError('the name of the endpoint has an address that is not public'), '');
      } else if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
