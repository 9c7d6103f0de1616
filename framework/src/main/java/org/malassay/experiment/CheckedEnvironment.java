package org.malassay.experiment;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.malassay.behavior.Facet;
import org.malassay.behavior.Origin;
import org.malassay.elf.Architecture;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Opening;

/**
 * An environment that may be of a third party. What it says of itself is asked once, when it is
 * opened; what it does wrong later is a {@link GuestException}, or a warning where no verdict
 * depends on it. Nothing of it takes longer than a bound.
 */
final class CheckedEnvironment implements Environment {
  /** Opening builds images and kernels; the longest of the project's own takes an hour. */
  private static final Duration OPENING = Duration.ofHours(3);

  private final String who;
  private final Environment environment;
  private final About about;
  private final Duration bound;
  private final Consumer<String> warnings;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** What it says of itself. */
  private record About(
      String name,
      Set<Architecture> architectures,
      Map<String, String> facts,
      List<String> warnings,
      Map<Facet, Origin> observes,
      Map<Facet, String> missing,
      int guests) {}

  private CheckedEnvironment(
      String who, Environment environment, About about, Duration bound, Consumer<String> warnings) {
    this.who = who;
    this.environment = environment;
    this.about = about;
    this.bound = bound;
    this.warnings = warnings;
  }

  /**
   * Opens an environment.
   *
   * @param bound how long a step of a guest may take
   * @param warnings is told what went wrong and changes no verdict
   * @throws EnvironmentException if it cannot be opened, or is none; the message names it
   */
  static CheckedEnvironment open(
      CheckedProvider provider, Opening opening, Duration bound, Consumer<String> warnings)
      throws EnvironmentException {
    Environment opened;
    try (ThirdParty asked = new ThirdParty(provider.who(), OPENING)) {
      opened =
          asked.call("open", EnvironmentException.class, () -> provider.provider().open(opening));
    } catch (Fault e) {
      throw new EnvironmentException(String.valueOf(e.getMessage()), e);
    }
    try (ThirdParty asked = new ThirdParty(provider.who(), CheckedProvider.AT_ONCE)) {
      About about = about(asked, opening.name(provider.name()), opened);
      return new CheckedEnvironment(provider.who(), opened, about, bound, warnings);
    } catch (Fault e) {
      close(provider.who(), opened, bound, warnings);
      throw new EnvironmentException(String.valueOf(e.getMessage()), e);
    }
  }

  private static About about(ThirdParty asked, String name, Environment opened) throws Fault {
    String told = asked.call("name()", opened::name);
    if (!told.equals(name)) {
      throw asked.fault("its name() is \"%s\", not \"%s\"".formatted(told, name), null);
    }
    // Copied inside the call: a copy fails where an element is null.
    Set<Architecture> architectures =
        asked.call("architectures()", () -> Set.copyOf(opened.architectures()));
    if (architectures.isEmpty()) {
      throw asked.fault("architectures() is empty: no sample would run", null);
    }
    Map<String, String> facts = asked.call("facts()", () -> ordered(opened.facts()));
    List<String> warnings = asked.call("warnings()", () -> List.copyOf(opened.warnings()));
    Map<Facet, Origin> observes = asked.call("observes()", () -> Map.copyOf(opened.observes()));
    Map<Facet, String> missing = asked.call("missing()", () -> Map.copyOf(opened.missing()));
    int guests = asked.call("defaultGuests()", opened::defaultGuests);
    if (guests < 1) {
      throw asked.fault("defaultGuests() is %d: no sample would run".formatted(guests), null);
    }
    return new About(name, architectures, facts, warnings, observes, missing, guests);
  }

  private static Map<String, String> ordered(Map<String, String> facts) {
    Map<String, String> copy = new LinkedHashMap<>();
    facts.forEach((fact, value) -> copy.put(requireNonNull(fact), requireNonNull(value)));
    return Collections.unmodifiableMap(copy);
  }

  @Override
  public String name() {
    return about.name;
  }

  @Override
  public Set<Architecture> architectures() {
    return about.architectures;
  }

  @Override
  public Map<String, String> facts() {
    return about.facts;
  }

  @Override
  public List<String> warnings() {
    return about.warnings;
  }

  @Override
  public Map<Facet, Origin> observes() {
    return about.observes;
  }

  @Override
  public Map<Facet, String> missing() {
    return about.missing;
  }

  @Override
  public int defaultGuests() {
    return about.guests;
  }

  @Override
  public Guest start() throws GuestException {
    return start(Integer.MAX_VALUE);
  }

  @Override
  public Guest start(int waiting) throws GuestException {
    ThirdParty steps = new ThirdParty(who, bound);
    try {
      return new CheckedGuest(
          steps.call("start", GuestException.class, () -> environment.start(waiting)),
          steps,
          warnings);
    } catch (Fault e) {
      steps.close();
      throw new GuestException(String.valueOf(e.getMessage()), e);
    } catch (GuestException e) {
      steps.close();
      throw e;
    }
  }

  /** Closes it, the first time. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      close(who, environment, bound, warnings);
    }
  }

  private static void close(
      String who, Environment environment, Duration bound, Consumer<String> warnings) {
    try (ThirdParty asked = new ThirdParty(who, bound)) {
      asked.call(
          "close",
          () -> {
            environment.close();
            return true;
          });
    } catch (Fault e) {
      warnings.accept(e.getMessage() + "; something of its guests may be left behind");
    }
  }
}
