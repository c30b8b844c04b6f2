#include "bench/native/multicast.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void Check(int result, const char* what) {
  if (result >= 0) return;
  perror(what);
  exit(1);
}

struct sockaddr_in GroupAddress(const char* group, uint16_t port) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = inet_addr(group);
  return address;
}

int OpenMulticastReceiver(const char* interfaceAddress, const char* group, uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  Check(descriptor, "socket");
  const int on = 1;
  Check(setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
  const struct sockaddr_in address = GroupAddress(group, port);
  Check(bind(descriptor, (const struct sockaddr*)&address, sizeof address), "bind");
  struct ip_mreq membership;
  membership.imr_multiaddr = address.sin_addr;
  membership.imr_interface.s_addr = inet_addr(interfaceAddress);
  Check(setsockopt(descriptor, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership), "join");
  return descriptor;
}

int OpenMulticastSender(const char* interfaceAddress) {
  const int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  Check(descriptor, "socket");
  const struct in_addr address = {.s_addr = inet_addr(interfaceAddress)};
  Check(setsockopt(descriptor, IPPROTO_IP, IP_MULTICAST_IF, &address, sizeof address), "IP_MULTICAST_IF");
  const unsigned char loop = 1;
  Check(setsockopt(descriptor, IPPROTO_IP, IP_MULTICAST_LOOP, &loop, sizeof loop), "IP_MULTICAST_LOOP");
  return descriptor;
}
