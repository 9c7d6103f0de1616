package org.malassay.environments.internet;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** DNS over a connection (RFC 7766): each message after its length. */
final class NameDialogue implements Dialogue {
  private static final int LENGTH = 2;

  private final NameServer server;
  private final Talk talk;
  private final Input input = new Input(LENGTH + 65_535);

  NameDialogue(NameServer server, Talk talk) {
    this.server = server;
    this.talk = talk;
  }

  @Override
  public void hear(byte[] bytes) {
    input.add(bytes);
    while (input.length() >= LENGTH && input.length() >= LENGTH + expected()) {
      byte[] message = input.take(LENGTH + expected());
      Optional<NameServer.Answer> answer =
          talk.mayAnswer()
              ? server.answer(Arrays.copyOfRange(message, LENGTH, message.length), true)
              : Optional.empty();
      if (answer.isEmpty()) {
        input.takeAll();
        talk.finish();
        return;
      }
      byte[] bytesOfAnswer = answer.get().message();
      talk.say(
          ByteBuffer.allocate(LENGTH + bytesOfAnswer.length)
              .putShort((short) bytesOfAnswer.length)
              .put(bytesOfAnswer)
              .array());
      talk.asked(answer.get().asked(), answer.get().told());
    }
  }

  private int expected() {
    return (input.at(0) & 0xFF) << 8 | (input.at(1) & 0xFF);
  }

  @Override
  public void end() {
    talk.finish();
  }
}
