package org.malassay.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.malassay.files.FileReason;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.options.Values;
import org.malassay.sample.SafeText;

/**
 * An earlier run that an option names by its id, by its folder, or not at all: the latest.
 *
 * @param name by which it is found again when another run is the latest
 * @param folder its directory
 */
public record NamedRun(String name, Path folder) {

  /**
   * Finds it.
   *
   * @param option that names it
   * @param text the option's value
   * @param runs the folder of runs
   * @throws OptionException if it is not there
   */
  public static NamedRun find(Option<String> option, String text, Path runs) {
    String name =
        text.isEmpty() || text.equals("true") ? "latest" : text; // Maven's -Dresume is "true"
    Path found =
        Stream.of(runs.resolve(name), Values.path(name))
            .filter(Files::isDirectory)
            .findFirst()
            .orElseThrow(
                () ->
                    new OptionException(
                        "-D%s: there is no run %s in %s (another folder of runs: -Dout)"
                            .formatted(option.name(), name, runs)));
    try {
      Path folder = found.toRealPath();
      boolean byLink = Files.isSymbolicLink(found) && runs.toRealPath().equals(folder.getParent());
      return new NamedRun(byLink ? folder.getFileName().toString() : name, folder);
    } catch (IOException e) {
      throw new OptionException(
          "-D%s: the run %s cannot be read: %s"
              .formatted(option.name(), found, SafeText.printable(FileReason.of(e))));
    }
  }
}
