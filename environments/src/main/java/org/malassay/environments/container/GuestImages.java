package org.malassay.environments.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.Info;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environments.agent.AgentProgram;
import org.malassay.environments.host.ImageRecipe;
import org.malassay.environments.host.Recipe;
import org.malassay.environments.host.Tools;
import org.malassay.environments.host.Workshop;
import org.malassay.environments.login.LoginPrograms;
import org.malassay.sample.LoginSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images that an engine makes guests from. One that is there already and was made of the same
 * recipe is used as it is.
 */
final class GuestImages {
  private static final Logger LOG = LoggerFactory.getLogger(GuestImages.class);

  /** From the folder {@code environments/container}, and the page that every environment serves. */
  static final Recipe RECIPE =
      Recipe.ofResources(
          "/org/malassay/environments/container/build-image.sh",
          "/org/malassay/environments/service/nginx.conf",
          "/org/malassay/environments/debian/debian.sh",
          "/org/malassay/environments/service/index.html");

  /** Which Debian the recipe's image was made of; written by its script. */
  private static final String DEBIAN_LABEL = GuestLabels.KIND + ".debian";

  static final Recipe AGENT = AgentProgram.recipeOfContainers();
  private static final List<String> AGENT_WORDS =
      Stream.concat(
              Stream.of(
                  "-D_FILE_OFFSET_BITS=64",
                  "-DAGENT_WATCHES_DISK",
                  AgentProgram.DISK,
                  "-DAGENT_READS_LOG",
                  AgentProgram.LOG),
              AgentProgram.PARTS.stream())
          .toList();
  private static final Recipe LOGIN = LoginPrograms.recipe();
  private static final Recipe WITNESS =
      Recipe.ofResources(
          "/org/malassay/environments/container/witness.c",
          "/org/malassay/environments/arm/multiple.h");

  private static final String ARCHIVE = "image.tar";
  private static final ImageRecipe IMAGE =
      new ImageRecipe(
          ContainerProvider.NAME,
          RECIPE,
          List.of(recipeTag()),
          Map.of("mmdebstrap", "mmdebstrap"),
          List.of(ARCHIVE),
          512L << 20,
          Duration.ofMinutes(30),
          "about two minutes");

  private static final Duration COMPILATION = Duration.ofMinutes(2);
  private static final Map<String, String> LABELS = Map.of(GuestLabels.KIND, "image");
  private static final int SHORT = 12;
  private static final int EXECUTABLE = 0755;

  private final Engine engine;
  private final Info info;

  GuestImages(Engine engine, Info info) {
    this.engine = engine;
    this.info = info;
  }

  /** The name of the image that is made from the recipe in the source tree. */
  static String recipeTag() {
    return "malassay-container:" + RECIPE.digest().substring(0, SHORT);
  }

  /** What must be installed to build what is not there yet; empty when nothing is missing. */
  List<String> missingTools(Optional<String> usersImage) throws GuestException {
    List<String> missing = new ArrayList<>();
    if (usersImage.isEmpty() && engine.image(recipeTag()).isEmpty()) {
      missing.addAll(missingForBootstrap());
    }
    String machine = machine();
    if (Tools.compilerFor(machine).isEmpty()) {
      missing.add(compiler(machine));
    }
    return missing;
  }

  /** The same, as long as there is no engine to ask. */
  static List<String> missingToolsWithoutEngine(Optional<String> usersImage) {
    List<String> missing =
        new ArrayList<>(usersImage.isEmpty() ? missingForBootstrap() : List.of());
    if (Tools.compilerFor(Tools.machineHere()).isEmpty()) {
      missing.add(compiler(Tools.machineHere()));
    }
    return missing;
  }

  private static List<String> missingForBootstrap() {
    List<String> missing = IMAGE.missingPrograms();
    Tools.missingToRunArm().ifPresent(missing::add);
    return missing;
  }

  private static String compiler(String machine) {
    return "%s, which compiles the guest's agent".formatted(Tools.compilerPackageFor(machine));
  }

  private String machine() {
    return Optional.ofNullable(info.getArchitecture()).orElse("x86_64");
  }

  /**
   * The image to make guests from.
   *
   * @param usersImage the name of an image to be used instead of the recipe's
   * @param hasLogins whether the programs are to be in it by which somebody logs in
   */
  GuestImage prepare(Optional<String> usersImage, int port, boolean hasLogins)
      throws EnvironmentException, GuestException {
    InspectImageResponse base = usersImage.isPresent() ? users(usersImage.get()) : recipes();
    List<String> command = command(usersImage.orElse(recipeTag()), base); // before it is built on
    return new GuestImage(
        withAgent(base, hasLogins),
        port,
        command,
        usersImage.isPresent() ? Optional.empty() : debian(base),
        Math.max(1, Optional.ofNullable(info.getNCPU()).orElse(1)));
  }

  /** An image of the user's, pulled where it is absent. */
  InspectImageResponse users(String name) throws EnvironmentException, GuestException {
    Optional<InspectImageResponse> here = engine.image(name);
    if (here.isPresent()) {
      return here.get();
    }
    LOG.info("pulling {}", name);
    try {
      engine.pull(name);
    } catch (GuestException e) {
      throw new EnvironmentException(
          ("-Dcontainer.image=%s: there is no such image here, and it cannot be pulled: build it or"
                  + " `docker load` it first, or mend the name (%s)")
              .formatted(name, e.getMessage()),
          e);
    }
    return engine
        .image(name)
        .orElseThrow(
            () ->
                new EnvironmentException("-Dcontainer.image=" + name + ": pulled, yet not there"));
  }

  private InspectImageResponse recipes() throws EnvironmentException, GuestException {
    String tag = recipeTag();
    Optional<InspectImageResponse> here = engine.image(tag);
    if (here.isPresent()) {
      return here.get();
    }
    try (Workshop workshop = Workshop.empty()) {
      IMAGE.make(
          workshop.folder(), "an image of yours by -Dcontainer.image=NAME", engine.timeouts());
      try (InputStream in = Files.newInputStream(workshop.folder().resolve(ARCHIVE))) {
        engine.load(in);
      }
    } catch (IOException e) {
      throw new EnvironmentException("the image " + tag + " could not be loaded: " + e, e);
    }
    return engine
        .image(tag)
        .orElseThrow(
            () -> new EnvironmentException("the image " + tag + " was loaded, yet is gone"));
  }

  private static Optional<String> debian(InspectImageResponse image) {
    return Optional.ofNullable(image.getConfig())
        .map(ContainerConfig::getLabels)
        .map(labels -> labels.get(DEBIAN_LABEL));
  }

  /** Entrypoint and command of an image: what it starts by itself. */
  static List<String> command(String name, InspectImageResponse image) throws EnvironmentException {
    List<String> command = new ArrayList<>();
    @Nullable ContainerConfig config = image.getConfig();
    if (config != null) {
      Optional.ofNullable(config.getEntrypoint()).map(Arrays::asList).ifPresent(command::addAll);
      Optional.ofNullable(config.getCmd()).map(Arrays::asList).ifPresent(command::addAll);
    }
    if (command.isEmpty()) {
      throw new EnvironmentException(
          ("the image %s has neither ENTRYPOINT nor CMD: it must start a web service by itself; build"
                  + " one on it that says what starts, or name another by -D%s")
              .formatted(name, ContainerProvider.IMAGE.name()));
    }
    return command;
  }

  /** The id of the base image with the agent in it, and with the programs of logins. */
  private String withAgent(InspectImageResponse base, boolean hasLogins)
      throws EnvironmentException, GuestException {
    String baseId = String.valueOf(base.getId());
    String digest =
        Recipe.ofFiles(
                Map.of(
                    "base", baseId.getBytes(UTF_8),
                    "agent", AGENT.digest().getBytes(UTF_8),
                    "login", (hasLogins ? LOGIN.digest() : "").getBytes(UTF_8),
                    "marker", GuestImage.MARKER_WORDS.getBytes(UTF_8),
                    "machine", machine().getBytes(UTF_8)))
            .digest();
    String tag = "malassay-guest:" + digest.substring(0, SHORT);
    Optional<String> here = engine.image(tag).map(InspectImageResponse::getId);
    if (here.isPresent()) {
      return here.get();
    }
    LOG.info("building the image {}", tag);
    String dockerfile =
        "FROM %s%nCOPY agent %s%nCOPY marker %s%nHEALTHCHECK NONE%n"
            .formatted(baseId, GuestImage.AGENT, GuestImage.MARKER);
    byte[] context;
    try {
      Map<String, byte[]> files = new HashMap<>();
      files.put("agent", compiled(AGENT, AGENT_WORDS));
      files.put("marker", GuestImage.MARKER_WORDS.getBytes(UTF_8));
      if (hasLogins) {
        dockerfile +=
            "COPY terminal %s%nCOPY terminal %s%nCOPY shell %s%n"
                .formatted(
                    LoginPrograms.TERMINAL_FILE,
                    LoginSession.INTERPRETER, // nothing may be written there in a guest
                    LoginPrograms.SHELL_FILE);
        files.put("terminal", compiled(LOGIN, withLargeFiles(LoginPrograms.TERMINAL)));
        files.put("shell", compiled(LOGIN, withLargeFiles(LoginPrograms.SHELL)));
      }
      files.put("Dockerfile", dockerfile.getBytes(UTF_8));
      context = tar(files);
    } catch (IOException e) {
      throw new EnvironmentException(
          "the guest's agent could not be compiled; try -Dsetup: " + e.getMessage(), e);
    }
    engine.build(new ByteArrayInputStream(context), tag, LABELS);
    return engine
        .image(tag)
        .map(InspectImageResponse::getId)
        .orElseThrow(
            () -> new EnvironmentException("the image " + tag + " was built, yet is gone"));
  }

  private static List<String> withLargeFiles(List<String> sources) {
    return Stream.concat(Stream.of("-D_FILE_OFFSET_BITS=64"), sources.stream()).toList();
  }

  /** The program of {@link Witness}, for the engine's machine. */
  byte[] witness() throws IOException {
    return compiled(WITNESS, List.of("witness.c"));
  }

  private byte[] compiled(Recipe recipe, List<String> words) throws IOException {
    String compiler =
        Tools.compilerFor(machine())
            .orElseThrow(() -> new IOException("missing: " + compiler(machine())));
    try (Workshop workshop = Workshop.of(recipe)) {
      List<String> command =
          new ArrayList<>(
              List.of(compiler, "-static", "-s", "-O2", "-Wall", "-Wextra", "-o", "program"));
      command.addAll(words);
      Tools.run(command, workshop.folder(), engine.timeouts(), COMPILATION, LOG::debug);
      return Files.readAllBytes(workshop.folder().resolve("program"));
    }
  }

  static byte[] tar(Map<String, byte[]> files) throws IOException {
    return tar(files, EXECUTABLE);
  }

  static byte[] tar(Map<String, byte[]> files, int mode) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        entry.setMode(mode);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}
