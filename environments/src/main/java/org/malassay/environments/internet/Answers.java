package org.malassay.environments.internet;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

/**
 * What the simulated Internet answers: rules from YAML files, those of the user before its own. The
 * same for all guests of a run. Immutable.
 */
public final class Answers {
  /** The rules that come with the project, in {@code environments/internet/rules}. */
  private static final List<String> OWN =
      List.of("bots.yaml", "irc.yaml", "mail.yaml", "telnet.yaml", "pages.yaml");

  /** A page with nothing on it. */
  static final String EMPTY_PAGE = "<html><head><title></title></head><body></body></html>\n";

  private static final String RULES = "/org/malassay/environments/internet/rules/";
  private static final long LARGEST_FILE = 4 << 20;
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private static final TypeReference<List<Command>> COMMANDS = new TypeReference<>() {};
  private static final TypeReference<RuleFile> RULE_FILE = new TypeReference<>() {};
  private static final Page EMPTY =
      new Page(null, Expression.of(".*"), null, 0, null, null, null, null, null);

  private final List<Script> scripts;
  private final List<Page> pages;
  private final List<NameRule> names;
  private final List<Command> commands;
  private final Map<String, byte[]> bodies;
  private final HarmlessPrograms programs;

  /** What one file of rules holds. */
  record RuleFile(List<Script> protocols, List<Page> pages, List<NameRule> names) {
    RuleFile {
      protocols = protocols == null ? List.of() : List.copyOf(protocols);
      pages = pages == null ? List.of() : List.copyOf(pages);
      names = names == null ? List.of() : List.copyOf(names);
    }
  }

  /**
   * Something that a command server says to a bot; only ever what the user wrote.
   *
   * @param protocol of the conversations in which it is said
   * @param after their beginning
   */
  record Command(String protocol, Script.Every after, String says) {
    Command {
      if (protocol == null || after == null || says == null) {
        throw new IllegalArgumentException("it takes protocol, after (such as 2s) and says");
      }
    }
  }

  /** What a file of some name is. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Content(int status, String type, Optional<String> location, byte[] bytes, String what) {}

  private Answers(
      List<RuleFile> files,
      Map<String, byte[]> bodies,
      List<Command> commands,
      HarmlessPrograms programs,
      InternetOptions.Login login) {
    this.scripts =
        files.stream()
            .flatMap(file -> file.protocols().stream())
            .filter(script -> script.login() == null || script.login() == login)
            .toList();
    this.pages = files.stream().flatMap(file -> file.pages().stream()).toList();
    this.names = files.stream().flatMap(file -> file.names().stream()).toList();
    this.commands =
        commands.stream()
            .sorted(Comparator.comparing(command -> command.after().duration()))
            .toList();
    this.bodies = bodies;
    this.programs = programs;
  }

  /** Those of runs in which nothing was recorded elsewhere. */
  public static Answers load(Options options, HarmlessPrograms programs) {
    return load(options, Map.of(), programs);
  }

  /**
   * Reads the rules.
   *
   * @param payloads what login sessions fetched when they were recorded: SHA-256 by URL
   * @param programs what is given out for a program
   * @throws OptionException if what the user gave are no rules; the message says where and why
   */
  public static Answers load(
      Options options, Map<String, String> payloads, HarmlessPrograms programs) {
    List<RuleFile> files = new ArrayList<>();
    Map<String, byte[]> bodies = new HashMap<>();
    options
        .find(InternetOptions.RULES)
        .ifPresent(folder -> files.addAll(read("-Dinternet.rules=" + folder, folder, bodies)));
    options
        .find(InternetOptions.PAYLOADS)
        .ifPresent(folder -> files.add(Payloads.read(folder, payloads, bodies)));
    for (String name : OWN) {
      files.add(own(name));
    }
    List<Command> commands =
        options
            .find(InternetOptions.SCRIPT)
            .map(file -> parse("-Dcnc.script=" + file, text("-Dcnc.script", file), COMMANDS))
            .orElse(List.of());
    return new Answers(files, bodies, commands, programs, options.get(InternetOptions.TELNET));
  }

  private static RuleFile own(String name) {
    try (@Nullable InputStream in = Answers.class.getResourceAsStream(RULES + name)) {
      if (in == null) {
        throw new IllegalStateException("missing in the build: " + RULES + name);
      }
      return parse(name, new String(in.readAllBytes(), UTF_8), RULE_FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<RuleFile> read(String option, Path folder, Map<String, byte[]> bodies) {
    List<Path> paths;
    try (Stream<Path> found = Files.list(folder)) {
      paths = found.filter(path -> path.toString().matches(".*\\.ya?ml")).sorted().toList();
    } catch (IOException e) {
      throw new OptionException(option + ": this is no folder that can be read", e);
    }
    if (paths.isEmpty()) {
      throw new OptionException(option + ": there is no file *.yaml in this folder");
    }
    List<RuleFile> files = new ArrayList<>();
    for (Path path : paths) {
      String where = option + ": " + path.getFileName();
      RuleFile rules = parse(where, text(where, path), RULE_FILE);
      for (Page page : rules.pages()) {
        if (page.file() != null) {
          bodies.put(page.file(), body(where, folder, page.file()));
        }
      }
      files.add(rules);
    }
    return files;
  }

  static byte[] body(String where, Path folder, String name) {
    Path file = folder.resolve(name);
    if (!folder.equals(file.getParent())) {
      throw new OptionException("%s: %s must lie in the same folder".formatted(where, name));
    }
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new OptionException(
            "%s: %s is larger than %d bytes".formatted(where, name, LARGEST_FILE));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new OptionException("%s: there is no file %s beside it".formatted(where, name), e);
    }
  }

  private static String text(String where, Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new OptionException("%s: %s cannot be read as text".formatted(where, file), e);
    }
  }

  private static <T> T parse(String where, String text, TypeReference<T> type) {
    try {
      return Objects.requireNonNull(YAML.readValue(text, type), "it is empty");
    } catch (JsonProcessingException e) {
      @Nullable JsonLocation location = e.getLocation();
      String line = location == null ? "" : ", line " + location.getLineNr();
      throw new OptionException("%s%s: %s".formatted(where, line, reason(e)), e);
    } catch (NullPointerException e) {
      throw new OptionException("%s: %s".formatted(where, e.getMessage()), e);
    }
  }

  private static String reason(JsonProcessingException e) {
    String reason =
        e instanceof ValueInstantiationException && e.getCause() != null
            ? String.valueOf(e.getCause().getMessage())
            : e.getOriginalMessage();
    return reason.lines().findFirst().orElse("").strip();
  }

  /** The protocols of one kind of transport, in the order in which they count. */
  List<Script> scripts(Script.Transport transport) {
    return scripts.stream().filter(script -> script.transport() == transport).toList();
  }

  /** What the user has the command servers of a protocol say, the first first. */
  List<Command> commands(String protocol) {
    return commands.stream().filter(command -> command.protocol().equals(protocol)).toList();
  }

  /** The first rule for a name; in small letters, without the dot at its end. */
  Optional<NameRule> name(String name) {
    return names.stream().filter(rule -> rule.name().pattern().matcher(name).matches()).findFirst();
  }

  /** What a file of this name is. */
  Content content(String method, String host, String path) {
    for (Page page : pages) {
      if (page.fits(method, host, path)) {
        return content(page);
      }
    }
    return content(EMPTY);
  }

  private Content content(Page page) {
    byte[] bytes = page.location() == null ? Latin.bytes(EMPTY_PAGE) : new byte[0];
    String type = "text/html";
    String what = "page";
    if (page.text() != null) {
      bytes = Latin.bytes(page.text());
    } else if (page.file() != null) {
      bytes = Objects.requireNonNull(bodies.get(page.file()));
      type = "application/octet-stream";
      what = page.file();
    } else if (page.program() != null) {
      Optional<byte[]> program = programs.find(page.program());
      bytes = program.orElse(bytes);
      type = program.isPresent() ? "application/octet-stream" : type;
      what = program.isPresent() ? "harmless program for " + page.program() : what;
    }
    return new Content(
        page.status(),
        Objects.requireNonNullElse(page.type(), type),
        Optional.ofNullable(page.location()),
        bytes,
        what);
  }
}
