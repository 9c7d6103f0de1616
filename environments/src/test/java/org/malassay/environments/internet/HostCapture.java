package org.malassay.environments.internet;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.malassay.environments.host.Tools;

/**
 * Captures on every interface of this host, and of the network namespaces of other processes: the
 * packets from and to the networks that the tests talk to, which are set aside for documentation
 * and measuring. Needs root.
 */
public final class HostCapture implements AutoCloseable {
  private static final int MARK = 47_808;
  private static final String SOURCE =
      """
      #define _GNU_SOURCE
      #include <arpa/inet.h>
      #include <linux/if_ether.h>
      #include <linux/if_packet.h>
      #include <net/if.h>
      #include <stdio.h>
      #include <string.h>
      #include <sys/socket.h>
      #include <unistd.h>
      static int watched(const unsigned char *p, int v6) {
        if (v6) return p[0] == 0x20 && p[1] == 1 && ((p[2] == 0x0d && p[3] == 0xb8) || (p[2] == 0 && p[3] == 2));
        return (p[0] == 198 && (p[1] & 254) == 18) || (p[0] == 198 && p[1] == 51 && p[2] == 100) ||
               (p[0] == 203 && p[1] == 0 && p[2] == 113) || (p[0] == 192 && p[1] == 168 && p[2] == 1 && p[3] == 50);
      }
      int main(void) {
        int s = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_ALL)), big = 64 << 20;
        if (s < 0) { perror("capture"); return 1; }
        setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof big);
        puts("ready"); fflush(stdout);
        for (;;) {
          unsigned char b[128]; struct sockaddr_ll from; socklen_t n = sizeof from; char name[IF_NAMESIZE] = "?", to[64];
          ssize_t k = recvfrom(s, b, sizeof b, 0, (void *)&from, &n);
          if (k < 40) continue;
          int v6 = ntohs(from.sll_protocol) == ETH_P_IPV6, v4 = ntohs(from.sll_protocol) == ETH_P_IP;
          int mark = v4 && b[9] == 17 && (b[20 + 2] << 8 | b[20 + 3]) == 47808;
          const unsigned char *source = b + (v6 ? 8 : 12), *target = b + (v6 ? 24 : 16);
          if (!(v4 || v6) || !(mark || watched(source, v6) || watched(target, v6))) continue;
          if_indextoname(from.sll_ifindex, name);
          printf("%s %s %s\\n", mark ? "mark" : "leak", name, inet_ntop(v6 ? AF_INET6 : AF_INET, target, to, sizeof to));
          fflush(stdout);
        }
      }
      """;

  private final List<Process> captures = new ArrayList<>();
  private final List<List<String>> lines = new ArrayList<>();

  /** True for whoever may capture. */
  public static boolean isPossible() {
    return System.getProperty("user.name").equals("root");
  }

  /**
   * Begins.
   *
   * @param folder for the program
   * @param others ids of processes in whose network namespaces is captured, too
   */
  public HostCapture(Path folder, List<Long> others) throws IOException, InterruptedException {
    Files.writeString(folder.resolve("capture.c"), SOURCE);
    Tools.run(
        List.of("gcc", "-O1", "-o", "capture", "capture.c"),
        folder,
        Duration.ofMinutes(1),
        line -> {});
    String program = folder.resolve("capture").toString();
    start(List.of(program));
    for (long other : others) {
      start(List.of("nsenter", "--net=/proc/" + other + "/ns/net", program));
    }
  }

  private void start(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> said = new ArrayList<>();
    captures.add(process);
    lines.add(said);
    Thread reader =
        new Thread(
            () -> {
              try (var out = process.inputReader()) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                  synchronized (said) {
                    said.add(line);
                    said.notifyAll();
                  }
                }
              } catch (IOException e) {
                // it was ended
              }
            });
    reader.setDaemon(true);
    reader.start();
    await(said, "ready");
  }

  private static void await(List<String> said, String beginning) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    synchronized (said) {
      while (said.stream().noneMatch(line -> line.startsWith(beginning))) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("the capture did not say %s: %s".formatted(beginning, said));
        }
        said.wait(100);
      }
    }
  }

  /**
   * What was seen of those networks so far; a packet of ours on the loopback is waited for first,
   * which shows that the capture sees.
   */
  public List<String> leaks() throws IOException, InterruptedException {
    try (DatagramSocket socket = new DatagramSocket()) {
      byte[] mark = "a mark for the capture".getBytes(StandardCharsets.UTF_8);
      socket.send(
          new DatagramPacket(
              mark, mark.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), MARK)));
    }
    await(lines.get(0), "mark");
    List<String> leaks = new ArrayList<>();
    for (List<String> said : lines) {
      synchronized (said) {
        said.stream().filter(line -> line.startsWith("leak")).forEach(leaks::add);
      }
    }
    return leaks;
  }

  @Override
  public void close() {
    captures.forEach(Process::destroyForcibly);
  }
}
