package org.malassay.environments.internet;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a connection, until it is known what is spoken on it: that tell the first bytes,
 * on whatever port; then the port. Where a server speaks first, it does when the guest has said
 * nothing for a moment.
 */
final class FirstBytes implements Dialogue {
  /** How long the guest may say nothing until a server that speaks first does. */
  static final long SILENCE_NS = 300_000_000L;

  /** How long first bytes may be incomplete. */
  static final long PATIENCE_NS = 1_000_000_000L;

  /** So many bytes tell every protocol, or nothing does. */
  private static final int ENOUGH = 128;

  /**
   * What may be spoken.
   *
   * @param name of the protocol
   * @param tells how a client begins; null when only the port tells
   * @param ports on which it is spoken otherwise
   * @param speaksFirst true when the server does
   * @param unmistakable true when no client of another protocol begins like this, not even one that
   *     was greeted in it
   */
  record Service(
      String name,
      @Nullable Expression tells,
      Set<Integer> ports,
      boolean speaksFirst,
      boolean unmistakable,
      Function<Talk, Dialogue> open) {}

  private enum Fit {
    NO,
    PERHAPS,
    YES
  }

  private final List<Service> services;
  private final Talk talk;
  private final Input input = new Input(ENOUGH + Frame.MAX_PAYLOAD);
  private final long began;
  private long heardAt;
  private Optional<Dialogue> greeted = Optional.empty();
  private Optional<Dialogue> spoken = Optional.empty();
  private boolean unknown;

  FirstBytes(List<Service> services, Talk talk) {
    this.services = services;
    this.talk = talk;
    this.began = talk.now();
  }

  @Override
  public void hear(byte[] bytes) {
    if (spoken.isPresent()) {
      spoken.get().hear(bytes);
      return;
    }
    if (unknown) {
      return;
    }
    if (input.length() == 0) {
      heardAt = talk.now();
    }
    input.add(bytes);
    conclude(input.length() >= ENOUGH);
  }

  /** Sees what the first bytes are, and opens what is spoken. */
  private Fit decide(boolean last) {
    String beginning = Latin.cut(Latin.text(input.bytes()), ENOUGH);
    boolean perhaps = false;
    for (Service service : services) {
      if (greeted.isPresent() && !service.unmistakable()) {
        continue;
      }
      Fit fit = fit(service, beginning);
      if (fit == Fit.YES) {
        open(service);
        return Fit.YES;
      }
      perhaps |= fit == Fit.PERHAPS;
    }
    if (perhaps && !last) {
      return Fit.PERHAPS;
    }
    if (greeted.isPresent()) {
      spoken = greeted;
      return Fit.YES;
    }
    Optional<Service> byPort = byPort();
    byPort.ifPresent(
        service -> {
          open(service);
          if (service.speaksFirst()) {
            spoken.orElseThrow().begin();
          }
        });
    return byPort.isPresent() ? Fit.YES : Fit.NO;
  }

  private static Fit fit(Service service, String beginning) {
    if (service.tells() == null) {
      return Fit.NO;
    }
    Matcher matcher = service.tells().pattern().matcher(beginning);
    if (matcher.lookingAt()) {
      return Fit.YES;
    }
    return matcher.hitEnd() ? Fit.PERHAPS : Fit.NO;
  }

  private Optional<Service> byPort() {
    return services.stream()
        .filter(service -> service.ports().contains(talk.ends().peerPort()))
        .findFirst();
  }

  private Dialogue open(Service service) {
    talk.speaks(service.name());
    Dialogue dialogue = service.open().apply(talk);
    spoken = Optional.of(dialogue);
    return dialogue;
  }

  @Override
  public void tick() {
    if (spoken.isPresent()) {
      spoken.get().tick();
    } else if (input.length() > 0) {
      if (talk.now() - heardAt > PATIENCE_NS) {
        conclude(true);
      }
    } else if (!unknown && greeted.isEmpty() && talk.now() - began > SILENCE_NS) {
      byPort().filter(Service::speaksFirst).ifPresent(this::greet);
    }
  }

  private void greet(Service service) {
    Dialogue dialogue = open(service);
    spoken = Optional.empty(); // the guest may still say something else
    greeted = Optional.of(dialogue);
    dialogue.begin();
  }

  /**
   * Hands over what was heard to whoever speaks this.
   *
   * @param last true when nothing more is waited for
   */
  private void conclude(boolean last) {
    Fit fit = decide(last);
    if (fit == Fit.YES) {
      spoken.orElseThrow().hear(input.takeAll());
    } else if (fit == Fit.NO) {
      unknown = true;
      input.takeAll();
    }
  }

  @Override
  public void end() {
    if (spoken.isEmpty() && input.length() > 0) {
      conclude(true);
    }
    if (spoken.isPresent()) {
      spoken.get().end();
    } else {
      talk.finish();
    }
  }
}
