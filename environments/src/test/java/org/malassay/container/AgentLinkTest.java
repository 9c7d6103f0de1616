package org.malassay.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AgentLinkTest {
  private static byte[] frame(char type, int length) {
    return ByteBuffer.allocate(5 + length).put((byte) type).putInt(length).array();
  }

  @Test
  void anAgentThatLetsMoreThroughThanItShouldFillsNoMemory() {
    AgentLink link = new AgentLink(1000);
    for (int i = 0; i < 100; i++) {
      link.take(frame('1', 60_000));
      link.take(frame('2', 60_000));
      link.take(frame('L', 60_000));
    }
    assertThat(link.stdout(6_000_000).head()).hasSize(1000);
    assertThat(link.stdout(6_000_000).cut()).isTrue();
    assertThat(link.stderr(0).head()).hasSize(1000);
    assertThat(link.serviceLog()).hasSize(64 * 1024);
  }

  @Test
  void whatNoAgentSaysEndsTheConversation() {
    AgentLink link = new AgentLink(1000);
    link.take(frame('?', 1));
    assertThat(link.sampleEnd()).isCompletedExceptionally();
  }
}
