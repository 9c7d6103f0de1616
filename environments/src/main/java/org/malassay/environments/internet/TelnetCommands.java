package org.malassay.environments.internet;

import java.io.ByteArrayOutputStream;

/**
 * Leaves Telnet's commands out of what a client says (RFC 854, 855), and makes its ends of lines
 * the usual ones: it may end a line by a carriage return and a zero.
 */
final class TelnetCommands {
  private static final int IAC = 255;
  private static final int DONT = 254;
  private static final int WILL = 251;
  private static final int SUBNEGOTIATION = 250;
  private static final int SUBNEGOTIATION_ENDS = 240;

  private enum State {
    TEXT,
    RETURN,
    COMMAND,
    OPTION,
    SUBNEGOTIATION,
    SUBNEGOTIATION_COMMAND
  }

  private State state = State.TEXT;

  byte[] without(byte[] bytes) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(bytes.length);
    for (byte each : bytes) {
      take(each & 0xFF, text);
    }
    return text.toByteArray();
  }

  private void take(int b, ByteArrayOutputStream text) {
    switch (state) {
      case RETURN -> {
        state = State.TEXT;
        if (b != 0 && b != '\n') {
          take(b, text);
        }
      }
      case TEXT -> {
        if (b == IAC) {
          state = State.COMMAND;
        } else if (b == '\r') {
          text.write('\n');
          state = State.RETURN;
        } else {
          text.write(b);
        }
      }
      case COMMAND -> {
        if (b == IAC) {
          text.write(b);
        }
        state =
            b == SUBNEGOTIATION
                ? State.SUBNEGOTIATION
                : b >= WILL && b <= DONT ? State.OPTION : State.TEXT;
      }
      case OPTION -> state = State.TEXT;
      case SUBNEGOTIATION -> state = b == IAC ? State.SUBNEGOTIATION_COMMAND : State.SUBNEGOTIATION;
      case SUBNEGOTIATION_COMMAND ->
          state = b == SUBNEGOTIATION_ENDS ? State.TEXT : State.SUBNEGOTIATION;
    }
  }
}
