package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class NameServerTest {
  @TempDir private Path folder;

  private static byte[] question(String name, int type) throws IOException {
    return Message.newQuery(Record.newRecord(Name.fromString(name + "."), type, DClass.IN))
        .toWire();
  }

  private static Message ask(FakeProgram program, String name, int type) throws IOException {
    program.datagrams.clear();
    program.send(40_001, 53, question(name, type));
    return new Message(program.datagrams.get(0));
  }

  private static List<String> told(Message answer) {
    return answer.getSection(Section.ANSWER).stream().map(Record::rdataToString).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "A, 198\\.1[89]\\.\\d+\\.\\d+",
    "AAAA, 2001:2:0:.*",
    "MX, 10 mail\\.cnc\\.example\\.",
    "NS, ns\\.cnc\\.example\\.",
    "SOA, ns\\.cnc\\.example\\. admin\\.cnc\\.example\\. .*",
    "TXT, .v=spf1 -all.",
    "PTR, host-.*\\.example\\."
  })
  void everyNameResolves(String type, String told) throws IOException {
    FakeProgram program = new FakeProgram(folder);
    Message answer = ask(program, "cnc.example", Type.value(type));
    assertThat(answer.getHeader().getFlag(Flags.QR)).isTrue();
    assertThat(answer.getHeader().getFlag(Flags.RA)).isTrue();
    assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(told(answer)).singleElement().asString().matches(told);
    assertThat(program.questions())
        .containsExactly("dns: %s cnc.example: %s".formatted(type, told(answer).get(0)));
  }

  @Test
  void theSameNameHasTheSameAddressWhateverItsLettersAndWhoeverAsks() throws IOException {
    List<String> one = told(ask(new FakeProgram(folder), "cnc.example", Type.A));
    List<String> two = told(ask(new FakeProgram(folder), "CNC.Example", Type.A));
    List<String> other = told(ask(new FakeProgram(folder), "cnc2.example", Type.A));
    assertThat(one).isEqualTo(two).isNotEqualTo(other);
    assertThat(one).containsExactly(NameServer.addressOf("cnc.example").getHostAddress());
  }

  @Test
  void aTypeThatNothingIsKnownOfHasNoRecordAndIsNoError() throws IOException {
    Message answer = ask(new FakeProgram(folder), "cnc.example", Type.SRV);
    assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(told(answer)).isEmpty();
  }

  @Test
  void aQuestionIsUnderstoodOnEveryPortAndOverTcp() throws IOException {
    FakeProgram program = new FakeProgram(folder);
    program.send(40_001, 5353, question("cnc.example", Type.A));
    assertThat(told(new Message(program.datagrams.get(0)))).hasSize(1);

    byte[] question = question("cnc.example", Type.A);
    byte[] framed =
        ByteBuffer.allocate(2 + question.length)
            .putShort((short) question.length)
            .put(question)
            .array();
    int id = program.connect(53);
    program.say(id, java.util.Arrays.copyOf(framed, 7));
    program.say(id, java.util.Arrays.copyOfRange(framed, 7, framed.length));
    byte[] answer = Latin.bytes(program.heard(id));
    assertThat(ByteBuffer.wrap(answer).getShort()).isEqualTo((short) (answer.length - 2));
    assertThat(told(new Message(java.util.Arrays.copyOfRange(answer, 2, answer.length))))
        .hasSize(1);
    program.end(id);
    assertThat(program.finished).containsExactly(id);
  }

  @Test
  void rulesSayWhatSomeNamesAre() throws IOException {
    Files.writeString(
        folder.resolve("names.yaml"),
        """
        names:
          - name: ".*\\\\.onion"
            absent: true
          - name: "ip\\\\.example"
            addresses: [203.0.113.9, "2001:db8::9"]
            texts: ["one", "two"]
          - name: "old\\\\.example"
            addresses: [203.0.113.10]
        """);
    FakeProgram program = new FakeProgram(folder, "internet.rules", folder.toString());
    assertThat(ask(program, "abc.ONION", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(told(ask(program, "ip.example", Type.A))).containsExactly("203.0.113.9");
    assertThat(told(ask(program, "ip.example", Type.AAAA))).containsExactly("2001:db8:0:0:0:0:0:9");
    assertThat(told(ask(program, "ip.example", Type.TXT)))
        .containsExactlyInAnyOrder("\"one\"", "\"two\"");
    assertThat(told(ask(program, "old.example", Type.AAAA))).isEmpty();
  }

  @Test
  void theLongestNamesAreAnswered() throws IOException {
    String label = "a".repeat(63);
    String longest = String.join(".", label, label, label, "b".repeat(61));
    FakeProgram program = new FakeProgram(folder);
    assertThat(told(ask(program, longest, Type.A))).hasSize(1);
    assertThat(told(ask(program, longest, Type.MX))).isEmpty(); // none could be below it
  }
}
