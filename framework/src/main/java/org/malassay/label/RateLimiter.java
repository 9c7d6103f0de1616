package org.malassay.label;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.malassay.files.WholeFile;

/**
 * Keeps the rate limit of a service across threads, restarts and processes: what was asked when
 * lies in a small state file, read and written under a lock.
 */
final class RateLimiter {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration LONGEST_BACK_OFF = Duration.ofDays(1);

  /** A file lock belongs to the process as a whole: a second thread is refused it. */
  private static final Object THIS_PROCESS = new Object();

  private final String service;
  private final RateLimit limit;
  private final Path stateFile;
  private final Clock clock;
  private final Pause pause;

  /**
   * @param service the name of the service, for messages
   * @param stateFile shared by all who ask the service with the same key; made when absent
   */
  RateLimiter(String service, RateLimit limit, Path stateFile, Clock clock, Pause pause) {
    this.service = service;
    this.limit = limit;
    this.stateFile = stateFile;
    this.clock = clock;
    this.pause = pause;
  }

  /** How to wait. */
  interface Pause {
    /**
     * Waits.
     *
     * @return false when waiting was given up before its time
     */
    boolean await(Duration duration) throws InterruptedException;
  }

  /**
   * Waits for a turn and takes it.
   *
   * @param deadline when to give up; a turn that is known to come later is not waited for
   * @return empty when the service may be asked now, else why not
   * @throws IOException if the state file cannot be kept: then the service must not be asked
   */
  Optional<String> take(Instant deadline) throws IOException, InterruptedException {
    while (true) {
      Turn turn = takeNow();
      if (turn.reason() == null) {
        return Optional.empty();
      }
      if (turn.free().isAfter(deadline)
          || !pause.await(Duration.between(clock.instant(), turn.free()))) {
        return Optional.of(turn.reason());
      }
    }
  }

  /** Nobody asks the service for the given time. */
  void backOff(Duration duration) throws IOException, InterruptedException {
    change(
        (state, now) -> {
          Instant notBefore = now.plus(duration);
          return new State(state.asked(), Math.max(state.notBefore(), notBefore.toEpochMilli()));
        });
  }

  private Turn takeNow() throws IOException, InterruptedException {
    // Takes what the change decides under the lock.
    Turn[] decided = new Turn[1];
    change(
        (state, now) -> {
          decided[0] = turn(state, now);
          return decided[0].reason() == null ? state.with(now) : state;
        });
    return decided[0];
  }

  private Turn turn(State state, Instant now) {
    Instant notBefore = Instant.ofEpochMilli(state.notBefore());
    if (notBefore.isAfter(now)) {
      return new Turn(notBefore, service + " asked to be left alone until " + notBefore);
    }
    List<Instant> asked = state.asked().stream().map(Instant::ofEpochMilli).toList();
    Turn turn = new Turn(now, null);
    for (RateLimit.Quota quota : limit.quotas()) {
      Instant free = quota.free(asked, now);
      if (free.isAfter(turn.free())) {
        turn =
            new Turn(
                free,
                "rate limit of %s: %d a %s used up until %s"
                    .formatted(service, quota.count(), quota.unit(), free));
      }
    }
    return turn;
  }

  private void change(Change change) throws IOException, InterruptedException {
    Files.createDirectories(stateFile.toAbsolutePath().getParent());
    Path lockFile = stateFile.resolveSibling(stateFile.getFileName() + ".lock");
    synchronized (THIS_PROCESS) {
      try (FileChannel channel =
          FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        // Held until the channel is closed.
        channel.lock();
        Instant now = clock.instant();
        State before = read();
        State after = change.apply(before.at(now, limit.memory()), now);
        if (!after.equals(before)) {
          WholeFile.write(stateFile, JSON.writeValueAsBytes(after));
        }
      } catch (ClosedByInterruptException | FileLockInterruptionException e) {
        throw new InterruptedException();
      }
    }
  }

  /** The state; one that cannot be read is begun anew. */
  private State read() throws IOException {
    try {
      State state = JSON.readValue(Files.readAllBytes(stateFile), State.class);
      return state == null ? State.EMPTY : state;
    } catch (NoSuchFileException | JsonProcessingException e) {
      return State.EMPTY;
    }
  }

  private interface Change {
    State apply(State state, Instant now);
  }

  /** When the next turn is, and why not now. */
  private record Turn(Instant free, @Nullable String reason) {}

  private record State(
      @JsonProperty("asked") List<Long> asked, @JsonProperty("notBefore") long notBefore) {
    static final State EMPTY = new State(List.of(), 0);

    State {
      asked = asked == null ? List.of() : List.copyOf(asked);
    }

    /**
     * The questions that matter now. After the clock was set back, a question that lies in the
     * future counts as asked now.
     */
    State at(Instant now, Duration memory) {
      long oldest = now.minus(memory).toEpochMilli();
      return new State(
          asked.stream()
              .map(moment -> Math.min(moment, now.toEpochMilli()))
              .filter(moment -> moment >= oldest)
              .toList(),
          Math.min(notBefore, now.plus(LONGEST_BACK_OFF).toEpochMilli()));
    }

    State with(Instant moment) {
      List<Long> more = new ArrayList<>(asked);
      more.add(moment.toEpochMilli());
      return new State(more, notBefore);
    }
  }
}
