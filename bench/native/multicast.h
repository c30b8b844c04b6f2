/* Plain multicast sockets on one interface. */
#ifndef JAMBRIDGE_BENCH_MULTICAST_H
#define JAMBRIDGE_BENCH_MULTICAST_H

#include <netinet/in.h>
#include <stdint.h>

/* Bound to the group, a member of it on the interface; blocking. Ends the program on failure. */
int OpenMulticastReceiver(const char* interfaceAddress, const char* group, uint16_t port);

/* Sends through the interface, loops back to this host. Ends the program on failure. */
int OpenMulticastSender(const char* interfaceAddress);

struct sockaddr_in GroupAddress(const char* group, uint16_t port);

#endif
