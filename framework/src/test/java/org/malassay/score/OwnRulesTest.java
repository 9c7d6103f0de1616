package org.malassay.score;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.SystemCall;

/**
 * The project's own rules: each with what was recorded of a harmless program that fulfils it, and
 * none fulfilled by what was recorded of ordinary programs.
 */
class OwnRulesTest {
  private static final Path FILES = Path.of("src/main/resources/org/malassay/score/rules");
  private static final Path RECORDINGS =
      Path.of("src/test/resources/org/malassay/score/recordings");

  private static final Path CLEAN = Path.of("src/test/resources/org/malassay/score/clean");
  private static final RuleBook BOOK = RuleBook.own();

  /** Calls that do the same, so that a rule that names one of them alone is evaded by another. */
  private static final List<Set<String>> SAME =
      List.of(
          Set.of("open", "openat", "openat2"),
          Set.of("rename", "renameat", "renameat2"),
          Set.of("link", "linkat"),
          Set.of("symlink", "symlinkat"),
          Set.of("mount", "move_mount"),
          Set.of("mknod", "mknodat"),
          Set.of("unlink", "unlinkat"),
          Set.of("truncate", "truncate64", "ftruncate", "ftruncate64"),
          Set.of("chmod", "fchmod", "fchmodat", "fchmodat2"),
          Set.of("execve", "execveat"),
          Set.of("tkill", "tgkill"),
          Set.of("send", "sendto", "sendmsg", "sendmmsg"),
          Set.of("write", "pwrite64"),
          Set.of("readlink", "readlinkat"),
          Set.of("access", "faccessat", "faccessat2"),
          Set.of("init_module", "finit_module"),
          Set.of("clone", "clone3", "fork", "vfork"));

  private static List<Event> events(Path recording) throws IOException {
    List<Event> events = new ArrayList<>();
    assertThat(EventLog.read(recording, events::add)).as("%s is whole", recording).isTrue();
    return events;
  }

  private static Stream<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList().stream();
    }
  }

  private static String fileOf(Rule rule) {
    return rule.title().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".jsonl.gz";
  }

  @TestFactory
  Stream<DynamicTest> everyRuleIsFulfilledByWhatWasRecordedForIt() {
    return BOOK.rules().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.title(),
                    () ->
                        assertThat(Rules.hits(BOOK, events(RECORDINGS.resolve(fileOf(rule)))))
                            .filteredOn(hit -> hit.rule().equals(rule.id()))
                            .singleElement()
                            .satisfies(
                                hit -> {
                                  assertThat(hit.event()).isNotEmpty();
                                  assertThat(hit.at()).isPositive();
                                  assertThat(hit.part()).isPositive();
                                })));
  }

  @Test
  void everyRecordingIsARules() throws Exception {
    assertThat(files(RECORDINGS).map(file -> file.getFileName().toString()))
        .containsExactlyInAnyOrderElementsOf(
            BOOK.rules().stream().map(OwnRulesTest::fileOf).toList());
  }

  @TestFactory
  Stream<DynamicTest> ordinaryProgramsFulfilNoRuleOfAHighLevel() throws Exception {
    return files(CLEAN)
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getFileName().toString(),
                    () -> {
                      List<Event> events = events(file);
                      assertThat(events).hasSizeGreaterThan(20);
                      Matched matched = Rules.matched(BOOK, events);
                      assertThat(matched.givenUp()).isZero();
                      List<Hit> hits = matched.hits();
                      assertThat(hits).noneMatch(hit -> hit.level().grave());
                      assertThat(hits)
                          .extracting(Hit::title)
                          .isSubsetOf(
                              "Looks at Other Processes",
                              "Fetches by a Program of the Device",
                              "Takes the Name of a Service or a Kernel Thread",
                              "Waits for Others to Connect");
                    }));
  }

  @Test
  void everyRuleSaysWhatItIsWhereItIsFromAndHowSureItIs() {
    assertThat(BOOK.unevaluated()).isEmpty();
    assertThat(BOOK.rules()).hasSizeGreaterThan(40);
    assertThat(BOOK.rules())
        .allSatisfy(
            rule -> {
              assertThat(UUID.fromString(rule.id())).isNotNull();
              assertThat(rule.author()).contains("Malassay");
              assertThat(rule.techniques()).as(rule.title()).isNotEmpty();
              assertThat(rule.references()).as(rule.title()).isNotEmpty();
              assertThat(rule.dimensions()).isNotEmpty();
              assertThat(rule.level()).isNotEqualTo(Level.INFORMATIONAL);
              assertThat(rule.confidence()).isBetween(0.5, 0.99);
              assertThat(rule.attempt()).isEqualTo(0.5);
            });
  }

  /** Version 19 of ATT&CK (April 2026) has other techniques in the place of these. */
  @Test
  void noTechniqueIsOneThatIsNoMore() {
    assertThat(BOOK.rules().stream().flatMap(rule -> rule.techniques().stream()))
        .doesNotContain("T1562", "T1562.001", "T1562.004", "T1070.002", "T1070.003");
  }

  @Test
  void everyFileOfRulesIsRead() throws Exception {
    Set<String> files = files(FILES).map(file -> file.getFileName().toString()).collect(toSet());

    assertThat(files).containsExactlyInAnyOrderElementsOf(RuleBook.OWN);
    for (String file : files) {
      assertThat(Files.readString(FILES.resolve(file)))
          .contains("SPDX-License-Identifier: Apache-2.0");
    }
  }

  /**
   * Servers read keys and passwords and take the port of their service. A program of such a name
   * elsewhere is none.
   */
  @Test
  void aServerOfTheDeviceDoesItsWorkAndNoOtherProgramOfItsName() {
    List<Event> work =
        List.of(
            Rules.open("/etc/shadow", "O_RDONLY"),
            Rules.open("/etc/dropbear/dropbear_ed25519_host_key", "O_RDONLY"));

    assertThat(titles("/usr/sbin/dropbear", work)).isEmpty();
    for (String other : List.of("/tmp/dropbear", "/usr/sbin/../../tmp/dropbear", "dropbear")) {
      assertThat(titles(other, work))
          .as(other)
          .containsExactly("Reads the Passwords", "Reads Keys or the Memory of a Shell");
    }
  }

  /** A call, its two paths and its flags; the server is another program, or in another folder. */
  @ParameterizedTest
  @CsvSource({
    "rename, /tmp/x, /usr/sbin/sshd, ''",
    "renameat, /tmp/x, /usr/sbin/sshd, ''",
    "renameat2, /tmp/x, /usr/sbin/sshd, 0",
    "renameat2, /usr/sbin/sshd, /tmp/x, RENAME_EXCHANGE",
    "link, /tmp/x, /usr/sbin/sshd, ''",
    "linkat, /tmp/x, /usr/sbin/sshd, 0",
    "symlink, /usr/sbin/sshd, '', ''",
    "symlinkat, /usr/sbin/sshd, '', ''",
    "mount, /usr/sbin/sshd, '', ''",
    "move_mount, /tmp/x, /usr/sbin/sshd, ''",
    "creat, /usr/sbin/sshd, '', ''",
    "rename, /tmp/sbin, /usr/sbin, ''",
    "rename, /tmp/usr, /usr, ''",
    "symlink, /bin, '', ''",
    "mount, /usr/sbin, '', ''",
    "rename, /tmp/sbin, /USR/SBIN, ''",
  })
  void whoeverPutsAnotherProgramInThePlaceOfAServerFulfilsARule(
      String name, String path, String target, String flags) {
    assertThat(titles("/tmp/x", List.of(put(name, path, target, flags))))
        .containsExactly("Writes into a Folder of Programs");
  }

  @Test
  void whoeverOpensAServersProgramForWritingFulfilsARuleAndWhoeverTakesItAwayDoesNot() {
    String path = "/usr/sbin/dropbear";
    String flags = "O_WRONLY|O_CREAT|O_TRUNC";

    assertThat(titles("/tmp/x", List.of(Rules.open(path, flags))))
        .containsExactly("Writes into a Folder of Programs");
    assertThat(titles("/tmp/x", List.of(Rules.openat2(path, flags))))
        .containsExactly("Writes into a Folder of Programs");
    assertThat(titles("/tmp/x", List.of(put("rename", path, "/tmp/d", "")))).isEmpty();
    assertThat(titles("/tmp/x", List.of(put("rename", "/tmp/usr", "/usrx", "")))).isEmpty();
  }

  /** What was refused is an attempt. */
  @Test
  void aProgramIsReplacedWhereTheCallSucceeds() {
    SystemCall refused = Rules.call(0, "symlink", List.of("\"x\""), "/usr/sbin/sshd", "EROFS");

    assertThat(Rules.hits(BOOK, List.of(refused))).singleElement().matches(hit -> !hit.succeeded());
    assertThat(Rules.hits(BOOK, List.of(put("rename", "/tmp/x", "/usr/sbin/sshd", ""))))
        .singleElement()
        .matches(Hit::succeeded);
  }

  private static SystemCall put(String name, String path, String target, String flags) {
    return Rules.paths(name, path, target, "AT_FDCWD", path, "AT_FDCWD", target, flags);
  }

  /** A file is given to its place as well as written there: by a name, a link, a mount. */
  @ParameterizedTest
  @CsvSource({
    "Stays by cron, /etc/crontab",
    "Stays by the Scripts of init, /etc/init.d/x",
    "Stays by rc.local, /etc/rc.local",
    "Stays by a Service of systemd, /etc/systemd/system/x.service",
    "Stays by the Profile of a Shell, /etc/profile",
    "Stays by the Profile of a Shell, /root/.bashrc",
    "Stays by a Rule for Devices or Networks, /etc/udev/rules.d/x.rules",
    "Lets an Owner of Another Key In, /root/.ssh/authorized_keys",
    "Adds an Account or Changes a Password, /etc/passwd",
    "Has a Library Loaded into Every Program, /etc/ld.so.preload",
    "Has Names Answered by Another Server, /etc/resolv.conf",
    "Changes What the Web Service Shows, /var/www/html/index.html",
  })
  void whatIsPutInAPlaceCountsAsWhatIsWrittenThere(String title, String place) {
    for (SystemCall call :
        List.of(
            Rules.open(place, "O_WRONLY"),
            Rules.openat2(place, "O_WRONLY"),
            put("creat", place, "", ""),
            put("rename", "/tmp/x", place, ""),
            put("renameat", "/tmp/x", place, ""),
            put("renameat2", "/tmp/x", place, "0"),
            put("renameat2", place, "/tmp/x", "RENAME_EXCHANGE"),
            put("link", "/tmp/x", place, ""),
            put("linkat", "/tmp/x", place, "0"),
            put("symlink", place, "", ""),
            put("symlinkat", place, "", ""),
            put("mount", place, "", ""),
            put("move_mount", "/tmp/x", place, ""))) {
      assertThat(titles("/tmp/x", List.of(call))).as(call.name()).containsExactly(title);
    }
  }

  /** The device's own server, started by a sample at another port, is a way in. */
  @ParameterizedTest
  @CsvSource({
    "/usr/sbin/dropbear, 22, false",
    "/usr/sbin/sshd, 22, false",
    "/usr/sbin/nginx, 80, false",
    "/usr/sbin/lighttpd, 8080, false",
    "/usr/sbin/dropbear, 2323, true",
    "/usr/sbin/sshd, 80, true",
    "/usr/sbin/nginx, 22, true",
    "/usr/sbin/telnetd, 23, true",
    "/usr/sbin/telnetd, 2323, true",
    "/tmp/dropbear, 22, true",
    "/USR/SBIN/dropbear, 22, true",
  })
  void aServerOfTheDeviceTakesThePortOfItsServiceAndNoOther(
      String program, int port, boolean counts) {
    assertThat(titles(program, List.of(Rules.bind(port))))
        .isEqualTo(counts ? List.of("Takes the Port of a Service") : List.of());
  }

  /** What a file is made with counts as what it gets later. */
  @Test
  void aProgramMadeWithTheRightsOfItsOwnerIsOneThatGetsThem() {
    String path = "/tmp/su";
    String quoted = "\"/tmp/su\"";
    String how = "{flags=O_WRONLY|O_CREAT, mode=%s, resolve=0}";
    String create = "O_WRONLY|O_CREAT";
    List<SystemCall> calls =
        List.of(
            Rules.call(0, "chmod", List.of(quoted, "04755"), path),
            Rules.call(0, "chmod", List.of(quoted, "0104755"), path),
            Rules.call(0, "fchmodat2", List.of("AT_FDCWD", quoted, "04755", "0"), path),
            Rules.call(0, "open", List.of(quoted, create, "04755"), path),
            Rules.call(0, "creat", List.of(quoted, "04755"), path),
            Rules.call(
                0, "openat2", List.of("AT_FDCWD", quoted, how.formatted("04755"), "24"), path),
            Rules.call(0, "mknod", List.of(quoted, "0104755", "0"), path));
    for (SystemCall call : calls) {
      assertThat(titles("/tmp/x", List.of(call)))
          .as(call.toString())
          .containsExactly("Gives a Program the Rights of Its Owner");
    }

    for (SystemCall call :
        List.of(
            Rules.call(0, "chmod", List.of(quoted, "0100755"), path),
            Rules.call(0, "chmod", List.of(quoted, "042755"), path),
            Rules.call(0, "open", List.of(quoted, create, "0666"), path),
            Rules.openat2(path, create))) {
      assertThat(titles("/tmp/x", List.of(call))).as(call.toString()).isEmpty();
    }
  }

  @TestFactory
  Stream<DynamicTest> eachRuleThatNamesOneOfSeveralCallsThatDoTheSameNamesAllOfThem()
      throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path file : files(FILES).toList()) {
      try (MappingIterator<JsonNode> rules =
          new ObjectMapper(new YAMLFactory()).readerFor(JsonNode.class).readValues(file.toFile())) {
        rules.forEachRemaining(
            rule -> {
              List<JsonNode> names = rule.path("detection").findValues("name");
              if (!names.isEmpty()) {
                tests.add(
                    DynamicTest.dynamicTest(
                        rule.path("title").asText(),
                        () -> assertThat(names).allSatisfy(OwnRulesTest::assertThatAllAreNamed)));
              }
            });
      }
    }
    assertThat(tests).hasSizeGreaterThan(30);
    return tests.stream();
  }

  private static void assertThatAllAreNamed(JsonNode names) {
    Set<String> named = new HashSet<>();
    (names.isArray() ? names : List.of(names)).forEach(name -> named.add(name.asText()));
    for (Set<String> same : SAME) {
      if (same.stream().anyMatch(named::contains)) {
        assertThat(named).containsAll(same);
      }
    }
  }

  private static List<String> titles(String program, List<? extends Event> work) {
    List<Event> events = new ArrayList<>(List.of(Rules.started(program, program)));
    events.addAll(work);
    return Rules.hits(BOOK, events).stream().map(Hit::title).toList();
  }

  /** Whoever is root in a guest can let his program be named like anything. */
  @Test
  void evidenceIsBounded() {
    String long1 = "x".repeat(100_000);
    Hit hit =
        Rules.hits(
                BOOK,
                List.of(
                    Rules.started("/tmp/" + long1, long1),
                    Rules.open("/etc/cron.d/" + long1, "O_WRONLY|O_CREAT")))
            .get(0);

    assertThat(hit.title()).isEqualTo("Stays by cron");
    assertThat(hit.event()).hasSizeLessThan(210);
    assertThat(hit.program()).hasSizeLessThan(210);
  }
}
