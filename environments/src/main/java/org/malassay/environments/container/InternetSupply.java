package org.malassay.environments.container;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Info;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environment.Opening;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Cache;
import org.malassay.environments.internet.Answers;
import org.malassay.environments.internet.GuestInternet;
import org.malassay.environments.internet.HarmlessPrograms;
import org.malassay.environments.internet.InternetProgram;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The simulated Internet of a run's guests: as many helpers as guests side by side, each for one
 * guest after the other. Safe for use by several threads.
 */
final class InternetSupply implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InternetSupply.class);
  private static final String CACHE = "internet";

  /** The engine's own bounds end it sooner. */
  private static final Duration LONGEST_START = Duration.ofMinutes(5);

  /** Beside the first one: for the guest that is made while one runs and another is removed. */
  private static final int AHEAD = 2;

  private final Engine engine;
  private final String image;
  private final String run;
  private final List<Capability> rights;
  private final Answers answers;

  // Guarded by this.
  private final Deque<InternetHelper> idle = new ArrayDeque<>();

  private final Deque<Future<InternetHelper>> starting = new ArrayDeque<>();
  private boolean closed;

  private InternetSupply(
      Engine engine, String image, String run, List<Capability> rights, Answers answers) {
    this.engine = engine;
    this.image = image;
    this.run = run;
    this.rights = rights;
    this.answers = answers;
  }

  /**
   * Starts the first helper, makes a network, and has a container say something in it, to see that
   * it can be had and that what guests say there is heard.
   *
   * @param opening of the environment whose guests are connected
   * @throws EnvironmentException if it cannot be compiled
   * @throws GuestException if the engine or its kernel does not let it
   */
  static InternetSupply open(Engine engine, Info info, Opening opening)
      throws EnvironmentException, GuestException {
    return open(engine, info, opening, InternetHelper.RIGHTS);
  }

  /** The same with other rights than it takes. */
  static InternetSupply open(Engine engine, Info info, Opening opening, List<Capability> rights)
      throws EnvironmentException, GuestException {
    HarmlessPrograms programs = InternetProgram.get(Cache.in(Optional.empty(), CACHE)).harmless();
    InternetSupply supply =
        new InternetSupply(
            engine,
            InternetHelper.image(engine, info),
            opening.run(),
            rights,
            Answers.load(opening.options(), opening.payloads(), programs));
    InternetHelper first = supply.take();
    try (GuestInternet network = supply.network(first)) {
      first.check(engine, supply.image, opening.run(), network);
    } catch (GuestException | RuntimeException e) {
      first.close();
      throw e;
    }
    supply.giveBack(first);
    supply.prepare();
    return supply;
  }

  /** Starts those that one guest after the other takes, while what else a run needs is prepared. */
  private synchronized void prepare() {
    for (int i = 0; i < AHEAD; i++) {
      FutureTask<InternetHelper> start =
          new FutureTask<>(() -> InternetHelper.start(engine, image, run, rights));
      starting.add(start);
      Thread thread = new Thread(start, "starter of a simulated Internet");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** A helper that nobody else has, for one guest. */
  InternetHelper take() throws GuestException {
    synchronized (this) {
      while (!idle.isEmpty()) {
        InternetHelper helper = idle.pop();
        if (helper.isUp()) {
          return helper;
        }
        helper.close(); // ended meanwhile
      }
    }
    Optional<InternetHelper> ahead = startedAhead();
    if (ahead.isPresent()) {
      return ahead.get();
    }
    return InternetHelper.start(engine, image, run, rights);
  }

  /** A fresh network for the guest that is started next at a helper. */
  GuestInternet network(InternetHelper helper) throws GuestException {
    try {
      Path folder = Files.createTempDirectory("malassay-internet");
      return GuestInternet.in(folder, () -> helper.next(answers, folder));
    } catch (IOException e) {
      throw new GuestException("there is no room for what a guest says: " + e.getMessage(), e);
    }
  }

  /** Takes back a helper whose guest is gone. */
  void giveBack(InternetHelper helper) {
    synchronized (this) {
      if (!closed && helper.isUp()) {
        idle.push(helper);
        return;
      }
    }
    helper.close();
  }

  /** The next one that was started ahead; empty when there is none left. */
  private Optional<InternetHelper> startedAhead() throws GuestException {
    for (@Nullable Future<InternetHelper> next = next(); next != null; next = next()) {
      try {
        return Optional.of(Await.value(next, LONGEST_START));
      } catch (ExecutionException | TimeoutException e) {
        LOG.debug("a simulated Internet was not started ahead", e); // why, shows again
      }
    }
    return Optional.empty();
  }

  private synchronized @Nullable Future<InternetHelper> next() {
    return starting.poll();
  }

  @Override
  public void close() {
    List<InternetHelper> left;
    synchronized (this) {
      closed = true;
      left = new ArrayList<>(idle);
      idle.clear();
    }
    try {
      for (Optional<InternetHelper> ahead = startedAhead();
          ahead.isPresent();
          ahead = startedAhead()) {
        left.add(ahead.get());
      }
    } catch (GuestException e) {
      LOG.warn("a simulated Internet is left behind; the next run removes it", e);
    }
    left.parallelStream().forEach(InternetHelper::close); // what takes time is the engine's
  }
}
