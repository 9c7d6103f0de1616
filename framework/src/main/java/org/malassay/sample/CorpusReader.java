package org.malassay.sample;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.malassay.sample.Corpus.Member;
import org.malassay.sample.Corpus.Unread;
import org.malassay.sample.FileFacts.FileType;
import org.malassay.sample.Unpacker.NotWritten;

/** Finds the files of a corpus and makes samples of them; {@link Corpus} states the rules. */
final class CorpusReader {
  /** Between an archive and a member of it. */
  private static final String WITHIN = "!/";

  private static final int NAMES_IN_MESSAGE = 3;
  private static final Duration TELL = Duration.ofSeconds(5);

  private final ArchiveReader archives;
  private final Unpacker unpacker;
  private final Unpacker.Limits limits;
  private final Pace pace;
  private final boolean severalPlaces;
  private final Map<String, Sample> samples = new HashMap<>();
  private final List<Member> members = new ArrayList<>();
  private final List<String> passedOver = new ArrayList<>();
  private final List<Unread> unread = new ArrayList<>();

  private CorpusReader(
      ArchiveReader archives, Unpacker unpacker, Pace pace, boolean severalPlaces) {
    this.archives = archives;
    this.unpacker = unpacker;
    this.limits = unpacker.limits();
    this.pace = pace;
    this.severalPlaces = severalPlaces;
  }

  static Corpus read(List<Path> places, Unpacking unpacking, Unpacker.Limits limits)
      throws CorpusException {
    if (places.isEmpty()) {
      throw new CorpusException(
          "-Dsamples names no place; give a folder, files or archives, with commas between");
    }
    try (Pace pace = new Pace(unpacking.progress(), TELL)) {
      Unpacker unpacker = new Unpacker(unpacking.folder(), limits, pace);
      ArchiveReader archives =
          new ArchiveReader(unpacker, unpacking.passwords(), unpacking.charset());
      CorpusReader reader = new CorpusReader(archives, unpacker, pace, places.size() > 1);
      for (Path place : places) {
        try {
          reader.addPlace(place);
        } catch (NotWritten e) {
          throw new CorpusException(SafeText.printable(String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
          throw new CorpusException("-Dsamples=%s %s".formatted(name(place), reason(e)), e);
        }
      }
      return new Corpus(reader.members, reader.passedOver, reader.unread);
    }
  }

  private static String name(Path place) {
    return SafeText.printable(PathText.of(place));
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException missing) {
      return "does not exist: " + SafeText.printable(missing.getFile());
    }
    // Not the message alone: that of an AccessDeniedException is only the path.
    String what = e.getClass() == IOException.class ? "" : e.getClass().getSimpleName() + ": ";
    return "cannot be read: " + SafeText.printable(what + e.getMessage());
  }

  private void addPlace(Path place) throws IOException, CorpusException {
    Path real = place.toRealPath();
    int membersBefore = members.size();
    int passedOverBefore = passedOver.size();
    int unreadBefore = unread.size();
    if (Files.isDirectory(real)) {
      addFolder(real, severalPlaces ? lastName(real) + "/" : "");
    } else if (Files.isRegularFile(real)) {
      addPlaceThatIsAFile(real);
    } else {
      throw new CorpusException(
          "-Dsamples=%s is neither a folder nor a file".formatted(name(place)));
    }
    if (members.size() == membersBefore) {
      throw nothing(
          place, passedOver.size() - passedOverBefore, unread.subList(unreadBefore, unread.size()));
    }
  }

  private static CorpusException nothing(Path place, int passedOver, List<Unread> unread) {
    String others =
        passedOver == 0 ? "" : "; %d links or special files were passed over".formatted(passedOver);
    if (unread.isEmpty()) {
      return new CorpusException("-Dsamples=%s holds no files%s".formatted(name(place), others));
    }
    String some =
        unread.stream()
            .limit(NAMES_IN_MESSAGE)
            .map(Unread::toString)
            .collect(Collectors.joining("; "));
    return new CorpusException(
        "-Dsamples=%s holds no file that can be read, of %d: %s%s%s"
            .formatted(
                name(place),
                unread.size(),
                some,
                unread.size() > NAMES_IN_MESSAGE ? "; ..." : "",
                others));
  }

  private static String lastName(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : PathText.of(name);
  }

  private void addFolder(Path folder, String prefix) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              files.add(file);
            } else {
              passedOver.add(prefix + PathText.of(folder.relativize(file)));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    Collections.sort(files); // by bytes, whatever the locale
    for (Path file : files) {
      String path = prefix + PathText.of(folder.relativize(file));
      pace.at(path);
      Optional<ArchiveFormat> archive = ArchiveFormat.of(file);
      if (archive.isPresent()) {
        addArchive(path, path + WITHIN, file, archive.get(), 1);
      } else {
        addUnlessItOnlyClaims(path, file);
      }
    }
  }

  /** Paths do not name an archive that is the whole corpus. */
  private void addPlaceThatIsAFile(Path file) throws IOException {
    String name = lastName(file);
    pace.at(name);
    Optional<ArchiveFormat> archive = ArchiveFormat.of(file);
    if (archive.isPresent()) {
      addArchive(name, severalPlaces ? name + WITHIN : "", file, archive.get(), 1);
    } else {
      addUnlessItOnlyClaims(name, file);
    }
  }

  /** Adds a file, unless its name says archive and its contents neither that nor a program. */
  private void addUnlessItOnlyClaims(String path, Path file) throws IOException {
    Digest digest;
    try (InputStream in = Files.newInputStream(file)) {
      digest = Digest.copy(in, OutputStream.nullOutputStream(), Long.MAX_VALUE);
    }
    pace.file();
    addUnlessItOnlyClaims(path, file, digest, FileFactsReader.read(file));
  }

  private void addUnlessItOnlyClaims(String path, Path file, Digest digest, FileFacts facts)
      throws IOException {
    if (facts.type() == FileType.TEXT && CowrieLog.isOne(file)) {
      addSessions(path, file);
      return;
    }
    if (facts.isLoginSession() && digest.size() > LoginSession.LARGEST) {
      unread.add(new Unread(path, tooLarge()));
      return;
    }
    Optional<ArchiveFormat> claimed = ArchiveFormat.claimed(path);
    if (claimed.isPresent() && facts.type() != FileType.ELF && facts.type() != FileType.SCRIPT) {
      unread.add(
          new Unread(
              path,
              "is named like a %s archive and is none, or is damaged at its beginning"
                  .formatted(claimed.get().label())));
    } else {
      add(path, file, digest, facts);
    }
  }

  private static String tooLarge() {
    return "is a login session of more than %d MiB".formatted(LoginSession.LARGEST >> 20);
  }

  /** Each session of a honeypot's log is a sample. */
  private void addSessions(String path, Path log) throws IOException {
    try {
      Map<String, LoginSession> sessions = CowrieLog.read(log);
      if (sessions.isEmpty()) {
        unread.add(new Unread(path, "is a log of Cowrie's in which nobody typed anything"));
      }
      for (Map.Entry<String, LoginSession> session : sessions.entrySet()) {
        byte[] file = session.getValue().file();
        if (file.length > LoginSession.LARGEST) {
          unread.add(new Unread(path + WITHIN + session.getKey(), tooLarge()));
          continue;
        }
        Unpacker.Entry entry =
            unpacker.unpack(session.getKey(), file.length, () -> new ByteArrayInputStream(file));
        add(path + WITHIN + entry.name(), entry.file(), entry.digest(), entry.facts());
      }
    } catch (UnreadableException e) {
      unread.add(new Unread(path, e.reason()));
    }
  }

  /**
   * @param within what the paths of its members begin with
   * @param depth 1 for an archive that is in no other
   */
  private void addArchive(String path, String within, Path file, ArchiveFormat format, int depth)
      throws IOException {
    if (depth > limits.nesting()) {
      unread.add(
          new Unread(
              path,
              "is in %d archives, one in another; at most %d are opened"
                  .formatted(depth - 1, limits.nesting())));
      return;
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    Contents contents;
    try {
      contents = pace.read(() -> archives.read(file, format, name), limits.silence());
    } catch (UnreadableException e) {
      unread.add(new Unread(path, e.reason()));
      return;
    }
    int before = members.size() + unread.size();
    for (Unpacker.Entry entry : contents.files()) {
      String member = within + entry.name();
      pace.at(member);
      if (entry.archive().isPresent()) {
        addArchive(member, member + WITHIN, entry.file(), entry.archive().get(), depth + 1);
      } else {
        addUnlessItOnlyClaims(member, entry.file(), entry.digest(), entry.facts());
      }
    }
    contents.passedOver().forEach(link -> passedOver.add(within + link));
    contents
        .unread()
        .forEach(
            it ->
                unread.add(
                    it.path().isEmpty()
                        ? new Unread(path, it.reason())
                        : new Unread(within + it.path(), it.reason())));
    if (depth > 1 || !within.isEmpty()) {
      if (members.size() + unread.size() == before && contents.passedOver().isEmpty()) {
        unread.add(new Unread(path, "holds no files"));
      }
    }
  }

  private void add(String path, Path file, Digest digest, FileFacts facts) {
    Sample earlier = samples.get(digest.sha256());
    if (earlier != null) {
      members.add(new Member(path, earlier, true));
      return;
    }
    Sample sample = new Sample(path, file, digest.sha256(), digest.md5(), digest.size(), facts);
    samples.put(digest.sha256(), sample);
    members.add(new Member(path, sample, false));
  }
}
