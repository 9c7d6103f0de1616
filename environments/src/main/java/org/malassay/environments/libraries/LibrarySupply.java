package org.malassay.environments.libraries;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.malassay.elf.ElfLinks;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environment.Libraries;
import org.malassay.sample.Sample;

/**
 * Gives each guest of an environment the interpreter and libraries that its sample needs and it
 * lacks, before the sample is put in. Immutable, and safe for use by several threads.
 */
public final class LibrarySupply {
  private final List<LibrarySource> sources;
  private final Resolver resolver;

  LibrarySupply(List<LibrarySource> sources, GuestFiles guest) {
    this.sources = List.copyOf(sources);
    this.resolver = new Resolver(guest, sources);
  }

  /** Reads what every guest of an environment has. */
  public interface Guests {
    GuestFiles read() throws EnvironmentException, GuestException;
  }

  /** Puts a file into a guest, where nothing is, as a file of root's that can be executed. */
  public interface Put {
    void put(String path, byte[] contents) throws GuestException;
  }

  /** What guests are given, for the header of a run. */
  public String fact() {
    return "what a sample needs and its guest lacks is put into that guest, from "
        + sources.stream().map(LibrarySource::words).collect(Collectors.joining("; "));
  }

  /**
   * Gives a guest what a sample needs.
   *
   * @param put puts it there
   * @throws GuestException if that failed, or a file of the user's cannot be read any more
   */
  public Libraries supply(Sample sample, Put put) throws GuestException {
    Optional<ElfLinks> program;
    try {
      program = sample.links();
    } catch (IOException e) {
      throw new GuestException("the sample cannot be read: " + e.getMessage(), e);
    }
    Resolution needed = program.map(resolver::resolve).orElse(Resolution.NOTHING);
    List<Libraries.Added> added = new ArrayList<>();
    for (Resolution.Placed file : needed.placed()) {
      put.put(file.path(), read(file.library()));
      added.add(new Libraries.Added(file.path(), file.library().from()));
    }
    return new Libraries(added, needed.lacking());
  }

  private static byte[] read(Library library) throws GuestException {
    try {
      return library.contents().read();
    } catch (IOException e) {
      throw new GuestException(
          "a library that was there is gone, see -D%s: %s (%s)"
              .formatted(LibraryOptions.FROM.name(), library.from(), e.getMessage()),
          e);
    }
  }
}
