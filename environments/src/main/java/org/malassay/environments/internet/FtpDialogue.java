package org.malassay.environments.internet;

import java.util.Locale;
import java.util.Optional;

/**
 * An FTP server (RFC 959, 2428) that lets everybody in, has a file of every name and takes every
 * other. Data goes over connections that the guest makes.
 */
final class FtpDialogue implements Dialogue {
  private static final int LONGEST_LINE = 4096;

  private final Answers answers;
  private final Talk talk;
  private final DataPorts ports;
  private final Input input = new Input(LONGEST_LINE);
  private String user = "";
  private boolean over;

  /** A transfer that was asked for, and the connection for it: whichever comes first waits. */
  private Optional<Transfer> transfer = Optional.empty();

  private Optional<Talk> data = Optional.empty();

  /** Opens ports of the peer that the guest is about to connect to. */
  interface DataPorts {
    /** Has the next connection to a port of the peer go to this server; which one is returned. */
    int open(FtpDialogue server);
  }

  /** What goes over the data connection; null bytes for what comes over it. */
  private record Transfer(Optional<byte[]> content) {}

  FtpDialogue(Answers answers, Talk talk, DataPorts ports) {
    this.answers = answers;
    this.talk = talk;
    this.ports = ports;
  }

  @Override
  public void begin() {
    say("220 FTP server ready.");
  }

  private void say(String line) {
    talk.say(Latin.bytes(line + "\r\n"));
  }

  @Override
  public void hear(byte[] bytes) {
    input.add(bytes);
    for (int end = input.indexOf('\n'); end >= 0 && !over; end = input.indexOf('\n')) {
      hearLine(Latin.text(input.take(end + 1)).strip());
    }
    if (input.isFull()) {
      input.takeAll();
      say("500 Line too long.");
    }
  }

  private void hearLine(String line) {
    if (!talk.mayAnswer()) {
      return;
    }
    int space = line.indexOf(' ');
    String command = (space < 0 ? line : line.substring(0, space)).toUpperCase(Locale.ROOT);
    String argument = space < 0 ? "" : line.substring(space + 1).strip();
    switch (command) {
      case "USER" -> {
        user = argument;
        say("331 Please specify the password.");
      }
      case "PASS" -> {
        talk.asked("login %s %s".formatted(user, argument), "let in");
        say("230 Login successful.");
      }
      case "SYST" -> say("215 UNIX Type: L8");
      case "FEAT" -> say("211-Features:\r\n EPSV\r\n PASV\r\n SIZE\r\n211 End");
      case "PWD", "XPWD" -> say("257 \"/\" is the current directory");
      case "CWD", "CDUP", "XCWD" -> say("250 Directory successfully changed.");
      case "TYPE", "MODE", "STRU", "NOOP", "OPTS" -> say("200 Ok.");
      case "SIZE" -> say("213 " + content(argument).bytes().length);
      case "PASV" -> passive();
      case "EPSV" -> {
        say("229 Entering Extended Passive Mode (|||%d|)".formatted(ports.open(this)));
      }
      case "LIST", "NLST" ->
          transfer(line, new Transfer(Optional.of(new byte[0])), "an empty list");
      case "RETR" -> {
        Answers.Content content = content(argument);
        transfer(
            "RETR " + argument,
            new Transfer(Optional.of(content.bytes())),
            "%d bytes (%s)".formatted(content.bytes().length, content.what()));
      }
      case "STOR", "APPE", "STOU" -> transfer(line, new Transfer(Optional.empty()), "taken");
      case "DELE", "RMD", "MKD", "RNTO", "SITE" -> say("250 Ok.");
      case "RNFR", "REST" -> say("350 Go on.");
      case "QUIT" -> {
        say("221 Goodbye.");
        over = true;
        talk.finish();
      }
      default -> say("502 Command not implemented."); // PORT too: nobody here calls a guest
    }
  }

  private Answers.Content content(String name) {
    return answers.content(
        "GET", talk.ends().peerEnd().address(), name.startsWith("/") ? name : "/" + name);
  }

  private void passive() {
    byte[] address = talk.ends().peer().getAddress();
    if (address.length != 4) {
      say("425 Use EPSV.");
      return;
    }
    int port = ports.open(this);
    say(
        "227 Entering Passive Mode (%d,%d,%d,%d,%d,%d)."
            .formatted(
                address[0] & 0xFF,
                address[1] & 0xFF,
                address[2] & 0xFF,
                address[3] & 0xFF,
                port >> 8,
                port & 0xFF));
  }

  private void transfer(String question, Transfer wanted, String answer) {
    talk.asked(question, answer);
    say("150 Here it comes.");
    transfer = Optional.of(wanted);
    tryTransfer();
  }

  private void tryTransfer() {
    if (transfer.isEmpty() || data.isEmpty()) {
      return;
    }
    Optional<byte[]> content = transfer.get().content();
    if (content.isPresent()) {
      data.get().say(content.get());
      data.get().finish();
      transferred();
    }
  }

  private void transferred() {
    transfer = Optional.empty();
    data = Optional.empty();
    say("226 Transfer complete.");
  }

  @Override
  public void end() {
    over = true;
    talk.finish();
  }

  /** The other side of a data connection. */
  Dialogue data(Talk connection) {
    data = Optional.of(connection);
    connection.speaks("ftp-data");
    tryTransfer();
    return new Dialogue() {
      @Override
      public void hear(byte[] bytes) {} // kept as every conversation

      @Override
      public void end() {
        connection.finish();
        if (transfer.isPresent() && data.equals(Optional.of(connection))) {
          transferred();
        }
      }
    };
  }
}
