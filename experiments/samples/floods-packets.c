/*
 * Sends small UDP packets to its own gateway in QEMU's network, where nobody listens, as fast as it
 * can until the time limit.
 *
 * In a guest without a network every one is refused. The address is fixed, and nothing answers
 * there: what can be seen is how the web service fares meanwhile.
 */
#include "guest.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#define DISCARD 9

int main(void)
{
    struct sockaddr_in gateway = {.sin_family = AF_INET};
    char packet[64] = "Malassay";
    int nobody;

    only_in_a_guest();
    gateway.sin_port = htons(DISCARD);
    gateway.sin_addr.s_addr = inet_addr("10.0.2.2");
    nobody = socket(AF_INET, SOCK_DGRAM, 0);
    if (nobody < 0)
        return 1;
    for (;;)
        sendto(nobody, packet, sizeof packet, 0, (struct sockaddr *)&gateway, sizeof gateway);
}
