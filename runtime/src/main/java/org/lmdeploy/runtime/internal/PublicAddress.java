package org.lmdeploy.runtime.internal;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Whether an address is reachable by everybody (IANA special-purpose address registries, RFC 6890).
 * Images are fetched from such addresses only, so that a request cannot look into the server's own
 * network.
 */
final class PublicAddress {
  private PublicAddress() {}

  static boolean is(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] b = address.getAddress();
    return address instanceof Inet4Address ? isPublic4(b, 0) : isPublic6(b);
  }

  private static boolean isPublic4(byte[] b, int at) {
    int first = b[at] & 255;
    int second = b[at + 1] & 255;
    int third = b[at + 2] & 255;
    boolean special =
        first == 0
            || first == 10
            || first == 127
            || first >= 224
            || first == 100 && second >= 64 && second < 128
            || first == 169 && second == 254
            || first == 172 && second >= 16 && second < 32
            || first == 192 && second == 168
            || first == 192 && second == 0 && (third == 0 || third == 2)
            || first == 192 && second == 88 && third == 99
            || first == 198 && (second == 18 || second == 19)
            || first == 198 && second == 51 && third == 100
            || first == 203 && second == 0 && third == 113;
    return !special;
  }

  private static boolean isPublic6(byte[] b) {
    // Only 2000::/3 is handed out; 64:ff9b::/96 (NAT64) and 2002::/16 (6to4) lead to IPv4
    // addresses.
    if (b[0] == 0 && b[1] == 0x64 && (b[2] & 255) == 0xff && (b[3] & 255) == 0x9b) {
      return isPublic4(b, 12);
    }
    if (b[0] == 0x20 && b[1] == 0x02) {
      return isPublic4(b, 2);
    }
    boolean documentation = b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && (b[3] & 255) == 0xb8;
    boolean protocols = b[0] == 0x20 && b[1] == 0x01 && (b[2] & 0xfe) == 0;
    return (b[0] & 0xe0) == 0x20 && !documentation && !protocols;
  }
}
