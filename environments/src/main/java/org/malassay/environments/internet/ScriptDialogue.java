package org.malassay.environments.internet;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says what a script says. */
final class ScriptDialogue implements Dialogue {
  /** What is longer is no line of any protocol here. */
  private static final int LONGEST = 4096;

  private static final Pattern VARIABLE = Pattern.compile("\\{([a-zA-Z][a-zA-Z0-9]*)}");
  private static final int VARIABLE_LENGTH = 256;

  private final Script script;
  private final Talk talk;
  private final TelnetCommands telnet = new TelnetCommands();
  private final Input input = new Input(LONGEST);
  private final Map<String, String> variables = new HashMap<>();
  private String state = Script.START;
  private boolean isCut;
  private long saidAt;

  ScriptDialogue(Script script, Talk talk) {
    this.script = script;
    this.talk = talk;
    this.saidAt = talk.now();
    variables.put("guest", talk.ends().guestEnd().address());
    variables.put("peer", talk.ends().peerEnd().address());
    variables.put("port", Integer.toString(talk.ends().peerPort()));
  }

  @Override
  public void begin() {
    if (script.greeting() != null) {
      say(script.greeting());
    }
  }

  @Override
  public void hear(byte[] bytes) {
    byte[] heard = script.telnet() ? telnet.without(bytes) : bytes;
    // What does not fit now fits when what is there has been understood.
    for (int at = 0; at < heard.length && !isOver(); ) {
      int n = Math.min(heard.length - at, LONGEST - input.length());
      input.add(Arrays.copyOfRange(heard, at, at + n));
      at += n;
      if (script.unit() == Script.Unit.LINE) {
        hearLines();
      } else {
        hearBytes();
      }
    }
  }

  private boolean isOver() {
    return state.equals(Script.END);
  }

  private void hearLines() {
    for (int end = input.indexOf('\n'); end >= 0 && !isOver(); end = input.indexOf('\n')) {
      String line = Latin.text(input.take(end + 1)).stripTrailing();
      if (isCut) {
        isCut = false; // the rest of one that was too long, and was replied to
      } else {
        hearWhole(line);
      }
    }
    if (input.isFull()) {
      String beginning = Latin.text(input.takeAll());
      if (!isCut) {
        hearWhole(beginning);
      }
      isCut = true;
    }
  }

  private void hearWhole(String line) {
    for (Script.Reply reply : script.in(state)) {
      Matcher matcher = reply.hears().pattern().matcher(line);
      if (matcher.matches()) {
        reply(reply, matcher, line);
        return;
      }
    }
  }

  private void hearBytes() {
    while (input.length() > 0 && !isOver()) {
      int understood = hearBeginning(Latin.text(input.bytes()));
      if (understood == 0 && !input.isFull()) {
        return; // it may become something
      }
      input.take(understood == 0 ? input.length() : understood);
    }
  }

  /** How many bytes a reply fits; 0 when more are needed to tell. */
  private int hearBeginning(String heard) {
    boolean mayFit = false;
    for (Script.Reply reply : script.in(state)) {
      Matcher matcher = reply.hears().pattern().matcher(heard);
      if (matcher.lookingAt() && matcher.end() > 0) {
        reply(reply, matcher, matcher.group());
        return matcher.end();
      }
      mayFit |= matcher.hitEnd();
    }
    return mayFit ? 0 : heard.length();
  }

  private void reply(Script.Reply reply, Matcher matcher, String heard) {
    if (!talk.mayAnswer()) {
      return;
    }
    reply.hears().keep(matcher, variables);
    if (reply.echo()) {
      say(heard + "\r\n");
    }
    if (reply.says() != null) {
      say(filled(reply.says()));
    }
    if (reply.asked() != null) {
      talk.asked(
          filled(reply.asked()),
          Optional.ofNullable(reply.answered()).map(this::filled).orElse(""));
    }
    if (reply.then() != null) {
      state = reply.then();
    }
    if (isOver()) {
      talk.finish();
    }
  }

  private String filled(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found -> {
              @Nullable String value = variables.get(found.group(1));
              return Matcher.quoteReplacement(
                  value == null ? found.group() : Latin.cut(value, VARIABLE_LENGTH));
            });
  }

  private void say(String text) {
    saidAt = talk.now();
    talk.say(Latin.bytes(text));
  }

  @Override
  public void tick() {
    Script.@Nullable Repeat repeat = script.repeats();
    if (repeat != null && !isOver() && talk.now() - saidAt >= repeat.every().duration().toNanos()) {
      say(filled(repeat.says()));
    }
  }

  @Override
  public void end() {
    if (script.unit() == Script.Unit.LINE && input.length() > 0 && !isOver()) {
      hearWhole(Latin.text(input.takeAll()).stripTrailing()); // a line that nothing ended
    }
    talk.finish();
  }

  /** How a script replies to a datagram: to each as to the first. */
  static void answer(Script script, Talk talk, byte[] datagram) {
    String heard = Latin.text(datagram);
    ScriptDialogue dialogue = new ScriptDialogue(script, talk);
    List<Script.Reply> replies = script.in(Script.START);
    for (Script.Reply reply : replies) {
      Matcher matcher = reply.hears().pattern().matcher(heard);
      if (matcher.matches()) {
        dialogue.reply(reply, matcher, heard);
        return;
      }
    }
  }
}
