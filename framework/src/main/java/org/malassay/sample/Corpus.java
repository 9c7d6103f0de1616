package org.malassay.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The files under study: what was found in folders, single files and archives. Immutable.
 *
 * <ul>
 *   <li>A <b>folder</b> is read with everything below it. Symbolic links in it are passed over:
 *       what they point to inside the folder is found under its own name, and what is outside is
 *       none of the corpus. Special files (pipes, devices, sockets) are passed over and never
 *       opened. A link given by name is followed.
 *   <li>An <b>archive</b>, wherever it is, is opened: zip, 7z, tar, gz, bz2 and xz, and tar in the
 *       last three. It is known by its first bytes, whatever its name. Members may be encrypted
 *       with one of the {@link Unpacking#passwords}. They are unpacked, never executable, under
 *       their SHA-256 as names, and read from there. The path of a member tells the way: {@code
 *       a.zip!/b}.
 *   <li>Bounds: 1 GiB a file, 16 GiB and 1,000,000 files in all, 5 archives inside one another, a
 *       minute in which nothing comes out of an archive, 32 MiB for the list of a zip's members,
 *       128 MiB of memory for a decoder.
 *   <li>What cannot be read costs itself and is named with the reason ({@link #unread}): a member
 *       that is damaged or encrypted with another password, an archive of another format (rar, cab,
 *       zst, lz), a file that is named like an archive and is neither one nor a program, what is
 *       beyond a bound.
 *   <li>A <b>log of the honeypot Cowrie</b> (JSON) is as many samples as it has sessions in which
 *       something was typed, each a {@link LoginSession}: {@code cowrie.json!/0123456789ab}.
 *   <li>Any other <b>file</b> is a sample.
 * </ul>
 *
 * <p>Names in a zip that do not say their charset are read in {@link Unpacking#charset}, or in the
 * one of UTF-8, Shift-JIS, GBK and CP437 that makes the most of all names of the archive. Names of
 * files and in a tar are UTF-8. A byte that is no character of the charset shows as {@code \xff}.
 *
 * <p>Files come in the order of the places given, and by path within each. Of files with the same
 * SHA-256 the first is the sample, and the others are its duplicates.
 */
public final class Corpus {
  private static final int NAMES_IN_MESSAGE = 5;
  private static final Pattern SHA_256_PREFIX = Pattern.compile("[0-9a-fA-F]{8,64}");

  private final List<Member> members;
  private final List<String> passedOver;
  private final List<Unread> unread;

  Corpus(List<Member> members, List<String> passedOver, List<Unread> unread) {
    this.members = List.copyOf(members);
    this.passedOver = List.copyOf(passedOver);
    this.unread = List.copyOf(unread);
  }

  /**
   * One file of the corpus.
   *
   * @param path within the corpus, as found, with {@code /} between folders; starts with the name
   *     of the place when several were given. Hostile text: may contain anything.
   * @param sample the sample that stands for it
   * @param duplicate true when an earlier file has the same SHA-256, which {@code sample} then is
   */
  public record Member(String path, Sample sample, boolean duplicate) {
    private String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }

  /**
   * A file that cannot be read, and is therefore no sample.
   *
   * @param path within the corpus: hostile text
   * @param reason one line that goes on after the path, such as {@code is damaged: ...}; printable
   */
  public record Unread(String path, String reason) {
    @Override
    public String toString() {
      return SafeText.printable(path) + " " + reason;
    }
  }

  /**
   * Reads a corpus.
   *
   * @param places the value of {@code -Dsamples}: folders, files and archives
   * @throws CorpusException if a place does not exist, cannot be read, or holds no file that can be
   *     read; or if what is unpacked cannot be written
   */
  public static Corpus of(List<Path> places, Unpacking unpacking) throws CorpusException {
    return CorpusReader.read(places, unpacking, Unpacker.Limits.DEFAULT);
  }

  /** The same one in a place where a shell starts files, which runs texts without {@code #!}. */
  public Corpus withShell() {
    return new Corpus(
        members.stream()
            .map(
                member ->
                    new Member(member.path(), member.sample().withShell(), member.duplicate()))
            .toList(),
        passedOver,
        unread);
  }

  /** One sample a SHA-256, in stable order. */
  public List<Sample> samples() {
    return members.stream().filter(member -> !member.duplicate()).map(Member::sample).toList();
  }

  /** Whether some of them are sessions of a remote login, which guests must be ready for. */
  public boolean holdsLoginSessions() {
    return samples().stream().anyMatch(sample -> sample.facts().isLoginSession());
  }

  /**
   * What the login sessions fetched when they were recorded: SHA-256 by URL, the first one that was
   * fetched from each. Hostile text. A session that cannot be read any more says so when it has its
   * turn.
   */
  public Map<String, String> payloads() {
    Map<String, String> payloads = new LinkedHashMap<>();
    for (Sample sample : samples()) {
      try {
        LoginSession.of(sample).stream()
            .flatMap(session -> session.payloads().stream())
            .forEach(it -> payloads.putIfAbsent(it.url(), it.sha256()));
      } catch (IOException e) {
        // as said above
      }
    }
    return payloads;
  }

  /** Every file, duplicates included, in stable order. */
  public List<Member> members() {
    return members;
  }

  /** Paths of what is no regular file: symbolic links and special files. Hostile text. */
  public List<String> passedOver() {
    return passedOver;
  }

  /** What cannot be read, in the order in which it was found. */
  public List<Unread> unread() {
    return unread;
  }

  /**
   * The samples chosen by {@code -Dsample}, with their duplicates. The text is tried as the path of
   * a file, then as a file name, then as the first 8 to 64 digits of a SHA-256, then as a pattern
   * for the path or the name, in which {@code *} stands for any text and {@code ?} for any
   * character; the first of these that finds anything counts.
   *
   * @throws CorpusException if nothing is found; the message names some of what there is
   */
  public Corpus filter(String text) throws CorpusException {
    Pattern pattern = pattern(text);
    List<Predicate<Member>> rules =
        List.of(
            member -> member.path().equals(text),
            member -> member.name().equals(text),
            member ->
                SHA_256_PREFIX.matcher(text).matches()
                    && member.sample().sha256().regionMatches(true, 0, text, 0, text.length()),
            member ->
                pattern.matcher(member.path()).matches()
                    || pattern.matcher(member.name()).matches());
    for (Predicate<Member> rule : rules) {
      Set<String> chosen =
          members.stream()
              .filter(rule)
              .map(member -> member.sample().sha256())
              .collect(Collectors.toSet());
      if (!chosen.isEmpty()) {
        return only(chosen::contains);
      }
    }
    throw nothingMatches(text);
  }

  /** The samples of these SHA-256, with their duplicates; may be none. */
  public Corpus only(Predicate<String> chosen) {
    return new Corpus(
        members.stream().filter(member -> chosen.test(member.sample().sha256())).toList(),
        passedOver,
        unread);
  }

  private static Pattern pattern(String text) {
    String regex =
        text.codePoints()
            .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
            .collect(Collectors.joining());
    return Pattern.compile(regex, Pattern.DOTALL);
  }

  private CorpusException nothingMatches(String text) {
    String some =
        members.stream()
            .limit(NAMES_IN_MESSAGE)
            .map(member -> SafeText.printable(member.path()))
            .collect(Collectors.joining(", "));
    return new CorpusException(
        "-Dsample=%s matches none of the %d files of the corpus (%s%s);"
                .formatted(
                    SafeText.printable(text),
                    members.size(),
                    some,
                    members.size() > NAMES_IN_MESSAGE ? ", ..." : "")
            + " give a path, a file name, 8 or more digits of a SHA-256, or a pattern with * and"
            + " ?");
  }
}
