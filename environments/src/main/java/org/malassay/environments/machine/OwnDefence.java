package org.malassay.environments.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.malassay.environment.Defence;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Recipe;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.qemu.Vm;
import org.malassay.options.Option;

/**
 * A defence of the user's: files, of which {@code install.sh} is run by root in the machine that
 * becomes a template. What it is for, nobody here knows: the suites of bypasses and administration
 * tell what it does.
 *
 * @param files by their names
 * @param digest of all of them
 */
public record OwnDefence(Map<String, Path> files, String digest) implements Addition {
  /** What {@code -Denv} has after the plus. */
  public static final Defence TOLD =
      new Defence(
          "own", "a defence of yours: install.sh of a folder is run when the template is made");

  private static final String SCRIPT = "install.sh";
  private static final String FOLDER = "/run/malassay-own-defence/";
  private static final String NAME = "[A-Za-z0-9._-]{1,100}";
  private static final long MOST_BYTES = 64L << 20;

  public OwnDefence {
    files = Map.copyOf(files);
  }

  /**
   * The one that is asked for; empty where none is.
   *
   * @param environment whose guests are to have it
   * @param defences that were asked for
   * @param option that names the folder
   * @param folder that was named
   * @throws EnvironmentException if it cannot be used; the message says what mends it
   */
  public static Optional<OwnDefence> of(
      String environment, List<String> defences, Option<Path> option, Optional<Path> folder)
      throws EnvironmentException {
    if (!defences.contains(TOLD.name())) {
      return Optional.empty();
    }
    String asked = "-Denv=%s: ".formatted(Defence.join(environment, defences));
    if (folder.isEmpty()) {
      throw new EnvironmentException(
          asked
              + "-D%s=FOLDER is missing: it has the defence's %s".formatted(option.name(), SCRIPT));
    }
    String named = "-D%s=%s: ".formatted(option.name(), folder.get());
    try (Stream<Path> list = Files.list(folder.get())) {
      return Optional.of(read(named, list.toList()));
    } catch (IOException e) {
      throw new EnvironmentException(named + "it cannot be read: " + e, e);
    }
  }

  private static OwnDefence read(String named, List<Path> list)
      throws IOException, EnvironmentException {
    Map<String, Path> files = new TreeMap<>();
    Map<String, byte[]> contents = new TreeMap<>();
    long bytes = 0;
    for (Path file : list) {
      String name = file.getFileName().toString();
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !name.matches(NAME)) {
        throw new EnvironmentException(
            named + "%s is no file with a name of letters, digits and ._-".formatted(name));
      }
      bytes += Files.size(file);
      if (bytes > MOST_BYTES) {
        throw new EnvironmentException(named + "more than %d bytes".formatted(MOST_BYTES));
      }
      files.put(name, file);
      contents.put(name, Files.readAllBytes(file));
    }
    if (!files.containsKey(SCRIPT)) {
      throw new EnvironmentException(named + "there is no %s in it".formatted(SCRIPT));
    }
    return new OwnDefence(files, Recipe.ofFiles(contents).digest());
  }

  @Override
  public String description() {
    return "own defence " + digest;
  }

  @Override
  public void prepare(Vm vm, Ssh ssh) throws GuestException, EnvironmentException {
    Setup setup = new Setup(vm, ssh);
    ssh.run("mkdir -m 700 " + FOLDER, Timeout.TEMPLATE_STEP);
    for (Map.Entry<String, Path> file : files.entrySet()) {
      setup.copy(file.getValue(), FOLDER + file.getKey());
    }
    setup.run(TOLD.name(), FOLDER, SCRIPT);
    ssh.run("rm -r " + FOLDER, Timeout.TEMPLATE_STEP);
  }
}
