package org.malassay.environments.internet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.malassay.environments.host.Tools;

/**
 * A client that behaves badly, towards addresses that are set aside for documentation; it runs in
 * network namespaces that a test made, and nowhere else.
 *
 * <pre>
 *   connections N     opens N connections at once, says a few bytes on each, and closes all
 *   page              asks for a page; the exit status says whether it came
 *   pages N           asks for a page N times, one after the other
 *   names N           asks a name server N times, one after the other
 *   head N            sends a head of N bytes
 *   datagrams SECONDS sends datagrams as fast as it can
 *   syn SECONDS       sends packets of its own making that begin connections
 *   bytes SECONDS     sends bytes on one connection as fast as it can
 * </pre>
 */
final class Clients {
  private static final String SOURCE =
      """
      #define _GNU_SOURCE
      #include <arpa/inet.h>
      #include <errno.h>
      #include <netinet/ip.h>
      #include <netinet/tcp.h>
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>
      #include <sys/resource.h>
      #include <sys/socket.h>
      #include <sys/stat.h>
      #include <time.h>
      #include <unistd.h>

      static struct sockaddr_in to(const char *host, int port) {
        struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
        inet_pton(AF_INET, host, &a.sin_addr);
        return a;
      }
      static int connected(const char *host, int port) {
        struct sockaddr_in a = to(host, port);
        int s = socket(AF_INET, SOCK_STREAM, 0);
        if (s < 0 || connect(s, (void *)&a, sizeof a)) { if (s >= 0) close(s); return -1; }
        return s;
      }
      static double now(void) {
        struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9;
      }
      static int page(void) {
        static char b[65536]; int n, all = 0, s = connected("203.0.113.80", 80);
        static const char q[] = "GET /x.html HTTP/1.0\\r\\n\\r\\n";
        if (s < 0 || write(s, q, sizeof q - 1) < 0) return 1;
        while ((n = read(s, b, sizeof b)) > 0) all += n;
        close(s);
        return all < 100;
      }
      static int name(void) {
        static const char q[] = "\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\3cnc\\7example\\0\\0\\1\\0\\1";
        struct sockaddr_in a = to("8.8.8.8", 53); struct timeval patience = {2, 0}; char b[600];
        int s = socket(AF_INET, SOCK_DGRAM, 0);
        setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sendto(s, q, sizeof q - 1, 0, (void *)&a, sizeof a);
        int n = recv(s, b, sizeof b, 0);
        close(s);
        return n < 20;
      }
      static unsigned short sum(const void *p, int n, unsigned long s) {
        const unsigned short *w = p;
        for (; n > 1; n -= 2) s += *w++;
        s = (s >> 16) + (s & 0xffff);
        return ~(s + (s >> 16));
      }
      int main(int argc, char **argv) {
        long n = argc > 2 ? atol(argv[2]) : 1, done = 0, failed = 0;
        struct stat near, init;
        if (stat("/proc/self/ns/net", &near) || (stat("/proc/1/ns/net", &init) == 0 && near.st_ino == init.st_ino)) {
          puts("not in a network of its own: nothing was done");
          return 99;
        }
        double begin = now();
        if (!strcmp(argv[1], "connections")) {
          struct rlimit r; getrlimit(RLIMIT_NOFILE, &r); r.rlim_cur = r.rlim_max; setrlimit(RLIMIT_NOFILE, &r);
          int *s = calloc(n, sizeof *s);
          for (long i = 0; i < n; i++) {
            s[i] = connected("203.0.113.7", 4000 + i % 100);
            if (s[i] >= 0 && send(s[i], "hello", 5, MSG_NOSIGNAL) == 5) done++; else failed++;
          }
          for (long i = 0; i < n; i++) if (s[i] >= 0) close(s[i]);
        } else if (!strcmp(argv[1], "page") || !strcmp(argv[1], "pages")) {
          for (long i = 0; i < n; i++) if (page()) failed++; else done++;
        } else if (!strcmp(argv[1], "names")) {
          for (long i = 0; i < n; i++) if (name()) failed++; else done++;
        } else if (!strcmp(argv[1], "head")) {
          static char b[10000]; memset(b, 'y', sizeof b); b[9999] = '\\n'; b[1] = ':';
          int s = connected("203.0.113.80", 80);
          send(s, "GET / HTTP/1.1\\r\\n", 16, 0);
          while (done < n && send(s, b, sizeof b, MSG_NOSIGNAL) > 0) done += sizeof b;
        } else if (!strcmp(argv[1], "datagrams")) {
          static char b[100];
          int s = socket(AF_INET, SOCK_DGRAM, 0);
          while (now() - begin < n) for (int i = 0; i < 100; i++, done++) {
            struct sockaddr_in a = to("203.0.113.7", 1 + done % 60000);
            a.sin_addr.s_addr ^= htonl(done % 200);
            sendto(s, b, sizeof b, 0, (void *)&a, sizeof a);
          }
        } else if (!strcmp(argv[1], "syn")) {
          int s = socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
          struct { unsigned from, to; unsigned char zero, protocol; unsigned short length; struct tcphdr tcp; } p = {
            .from = to("192.168.1.50", 0).sin_addr.s_addr, .protocol = 6, .length = htons(20),
            .tcp = {.doff = 5, .syn = 1, .window = htons(1024)}};
          while (now() - begin < n) for (int i = 0; i < 100; i++, done++) {
            struct sockaddr_in a = to("203.0.113.7", 0);
            a.sin_addr.s_addr ^= htonl(done % 200);
            p.to = a.sin_addr.s_addr; p.tcp.source = htons(1024 + done % 60000); p.tcp.dest = htons(1 + done % 30000);
            p.tcp.seq = done; p.tcp.check = 0; p.tcp.check = sum(&p, sizeof p, 0);
            sendto(s, &p.tcp, sizeof p.tcp, 0, (void *)&a, sizeof a);
          }
        } else if (!strcmp(argv[1], "bytes")) {
          static char b[65536];
          int s = connected("203.0.113.7", 4000);
          struct timeval patience = {1, 0}; setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
          while (now() - begin < n) { long k = send(s, b, sizeof b, MSG_NOSIGNAL); if (k > 0) done += k; }
        } else return 2;
        printf("%ld done, %ld failed, %.3f s\\n", done, failed, now() - begin);
        return failed != 0;
      }
      """;

  private final Path program;

  /**
   * Compiles it.
   *
   * @param folder that everybody may read
   */
  Clients(Path folder) throws IOException {
    Files.writeString(folder.resolve("clients.c"), SOURCE);
    Tools.run(
        List.of("gcc", "-O2", "-static", "-o", "clients", "clients.c"),
        folder,
        Duration.ofMinutes(1),
        line -> {});
    program = folder.resolve("clients");
  }

  /** The command that has it do something. */
  List<String> command(String what, int howMuch) {
    return List.of(program.toString(), what, Integer.toString(howMuch));
  }
}
