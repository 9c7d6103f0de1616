package org.malassay.sample;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The files under study: what was found in folders, single files and zip archives. Immutable.
 *
 * <ul>
 *   <li>A <b>folder</b> is read with everything below it. Symbolic links in it are passed over:
 *       what they point to inside the folder is found under its own name, and what is outside is
 *       none of the corpus. Special files (pipes, devices, sockets) are passed over and never
 *       opened.
 *   <li>A <b>zip</b> is a file whose name ends with {@code .zip}; it may be encrypted (ZipCrypto or
 *       AES) with the password {@code infected}. Its files are unpacked, never executable, under
 *       their SHA-256 as names, and read from there, up to 1 GiB a file and 16 GiB in all. A zip
 *       within a folder or a zip is a sample like any other.
 *   <li>Any other <b>file</b> is a sample. A link given by name is followed.
 * </ul>
 *
 * <p>Files come in the order of the places given, and by path within each. Of files with the same
 * SHA-256 the first is the sample, and the others are its duplicates.
 */
public final class Corpus {
  private static final int NAMES_IN_MESSAGE = 5;
  private static final Pattern SHA_256_PREFIX = Pattern.compile("[0-9a-fA-F]{8,64}");

  private final List<Member> members;
  private final List<String> passedOver;

  Corpus(List<Member> members, List<String> passedOver) {
    this.members = List.copyOf(members);
    this.passedOver = List.copyOf(passedOver);
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
   * Reads a corpus.
   *
   * @param places the value of {@code -Dsamples}: folders, files and zip archives
   * @param unpackInto the folder for what is unpacked from archives; made when needed
   * @throws CorpusException if a place does not exist, cannot be read or unpacked, or holds no file
   */
  public static Corpus of(List<Path> places, Path unpackInto) throws CorpusException {
    return CorpusReader.read(places, new Unpacker(unpackInto, Unpacker.Limits.DEFAULT));
  }

  /** One sample a SHA-256, in stable order. */
  public List<Sample> samples() {
    return members.stream().filter(member -> !member.duplicate()).map(Member::sample).toList();
  }

  /** Every file, duplicates included, in stable order. */
  public List<Member> members() {
    return members;
  }

  /** Paths of what is no regular file: symbolic links and special files. Hostile text. */
  public List<String> passedOver() {
    return passedOver;
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
        return new Corpus(
            members.stream().filter(member -> chosen.contains(member.sample().sha256())).toList(),
            passedOver);
      }
    }
    throw nothingMatches(text);
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
            + " give a path, a file name, 8 or more digits of a SHA-256, or a pattern with * and ?");
  }
}
