package org.malassay.environments.host;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.environment.EnvironmentException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An image that the script {@code build-image.sh} of a recipe makes: once, when it is first needed
 * or the recipe has changed. The cache keeps it under the recipe's digest, or a Docker engine under
 * a name made of that.
 *
 * @param environment that the image belongs to
 * @param recipe with the script
 * @param arguments of the script, after the folder that it fills
 * @param programs that the script calls, each with the Debian package that has it
 * @param files that the script makes
 * @param bytes that they take at most
 * @param patience how long it may take on a host that is not slow
 * @param howLong how long it takes, in words
 */
public record ImageRecipe(
    String environment,
    Recipe recipe,
    List<String> arguments,
    Map<String, String> programs,
    List<String> files,
    long bytes,
    Duration patience,
    String howLong) {
  private static final Logger LOG = LoggerFactory.getLogger(ImageRecipe.class);
  private static final int SHORT = 12;

  private String entry() {
    return Stream.of(
            Stream.of("image"), arguments.stream(), Stream.of(recipe.digest().substring(0, SHORT)))
        .flatMap(words -> words)
        .collect(Collectors.joining("-"));
  }

  /** True when the image need not be built. */
  public boolean isBuilt(Cache cache) {
    return cache.find(entry(), files).isPresent();
  }

  /** The programs that must be installed to build it; empty when none is missing. */
  public List<String> missingPrograms() {
    List<String> missing = new ArrayList<>();
    programs.forEach(
        (program, debianPackage) -> {
          if (!Tools.isInstalled(program)) {
            missing.add("%s, which builds the image: %s".formatted(debianPackage, program));
          }
        });
    return missing;
  }

  /**
   * The image, made when it is not there.
   *
   * @param option by which the user names the cache's folder
   */
  public Cache.Entry get(Cache cache, String option, Timeouts timeouts)
      throws EnvironmentException {
    return made(
        "another folder by -D%s=FOLDER".formatted(option),
        () -> cache.get(entry(), files, bytes, out -> build(out, List.of(), timeouts)));
  }

  /** Fetches what a variant of an image is made of besides the recipe. */
  @FunctionalInterface
  public interface Ingredient {
    void writeTo(Path file) throws IOException, EnvironmentException;
  }

  private String entry(String variant) {
    return entry() + "-" + variant;
  }

  /** True when a variant need not be built. */
  public boolean isBuilt(Cache cache, String variant) {
    return cache.find(entry(variant), files).isPresent();
  }

  /**
   * A variant of the image, made when it is not there, by the script with one more argument.
   *
   * @param option by which the user names the cache's folder
   * @param variant what tells it from others, in letters that a file's name may have
   * @param ingredient fills the file that is the argument
   */
  public Cache.Entry get(
      Cache cache, String option, Timeouts timeouts, String variant, Ingredient ingredient)
      throws EnvironmentException {
    return made(
        "another folder by -D%s=FOLDER".formatted(option),
        () ->
            cache.get(
                entry(variant),
                files,
                bytes,
                out -> {
                  try (Workshop workshop = Workshop.empty()) {
                    Path file = workshop.folder().resolve("ingredient");
                    ingredient.writeTo(file);
                    build(out, List.of(file.toString()), timeouts);
                  }
                }));
  }

  /**
   * Makes it in a folder, where no cache keeps it.
   *
   * @param otherwise what the user can give in its place, in words
   */
  public void make(Path folder, String otherwise, Timeouts timeouts) throws EnvironmentException {
    var unused =
        made(
            otherwise,
            () -> {
              build(folder, List.of(), timeouts);
              return folder;
            });
  }

  private interface Making<T> {
    T make() throws IOException, EnvironmentException;
  }

  private <T> T made(String otherwise, Making<T> making) throws EnvironmentException {
    try {
      return making.make();
    } catch (GaveUpException e) {
      throw new EnvironmentException(
          "the image of the %s environment could not be built: %s"
              .formatted(environment, e.getMessage()));
    } catch (IOException e) {
      throw new EnvironmentException(
          "the image of the %s environment could not be built; try -Dsetup, or %s: %s"
              .formatted(environment, otherwise, e.getMessage()),
          e);
    }
  }

  private void build(Path out, List<String> more, Timeouts timeouts) throws IOException {
    LOG.info("building the image of the {} environment (once; takes {})", environment, howLong);
    try (Workshop workshop = Workshop.of(recipe)) {
      Tools.run(
          Stream.of(
                  List.of("sh", "build-image.sh", out.toAbsolutePath().toString()), arguments, more)
              .flatMap(List::stream)
              .toList(),
          workshop.folder(),
          timeouts,
          patience,
          LOG::debug);
    }
  }
}
