package org.malassay.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.malassay.sample.Corpus.Member;

/** Finds the files of a corpus and makes samples of them; {@link Corpus} states the rules. */
final class CorpusReader {
  private final Unpacker unpacker;
  private final boolean severalPlaces;
  private final Map<String, Sample> samples = new HashMap<>();
  private final List<Member> members = new ArrayList<>();
  private final List<String> passedOver = new ArrayList<>();

  private CorpusReader(Unpacker unpacker, boolean severalPlaces) {
    this.unpacker = unpacker;
    this.severalPlaces = severalPlaces;
  }

  static Corpus read(List<Path> places, Unpacker unpacker) throws CorpusException {
    if (places.isEmpty()) {
      throw new CorpusException(
          "-Dsamples names no place; give a folder, files or a zip, with commas between");
    }
    CorpusReader reader = new CorpusReader(unpacker, places.size() > 1);
    for (Path place : places) {
      try {
        reader.addPlace(place);
      } catch (IOException e) {
        throw new CorpusException("-Dsamples=%s %s".formatted(name(place), reason(e)), e);
      }
    }
    return new Corpus(reader.members, reader.passedOver);
  }

  private static String name(Path place) {
    return SafeText.printable(place.toString());
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException missing) {
      return "does not exist: " + SafeText.printable(missing.getFile());
    }
    // Not the message alone: that of an AccessDeniedException is no more than the path.
    String what = e.getClass() == IOException.class ? "" : e.getClass().getSimpleName() + ": ";
    return "cannot be read or unpacked: " + SafeText.printable(what + e.getMessage());
  }

  private void addPlace(Path place) throws IOException, CorpusException {
    Path real = place.toRealPath();
    String placeName = lastName(real);
    String prefix = severalPlaces ? placeName + "/" : "";
    int membersBefore = members.size();
    int passedOverBefore = passedOver.size();
    if (Files.isDirectory(real)) {
      addFolder(real, prefix);
    } else if (!Files.isRegularFile(real)) {
      throw new CorpusException(
          "-Dsamples=%s is neither a folder nor a file nor a zip".formatted(name(place)));
    } else if (placeName.toLowerCase(Locale.ROOT).endsWith(".zip")) {
      addZip(real, prefix);
    } else {
      addFile(placeName, real);
    }
    if (members.size() == membersBefore) {
      int others = passedOver.size() - passedOverBefore;
      throw new CorpusException(
          "-Dsamples=%s holds no files%s"
              .formatted(
                  name(place),
                  others == 0
                      ? ""
                      : "; %d links or special files were passed over".formatted(others)));
    }
  }

  private static String lastName(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
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
              passedOver.add(prefix + pathWithin(folder, file));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    Collections.sort(files); // by bytes, whatever the locale
    for (Path file : files) {
      addFile(prefix + pathWithin(folder, file), file);
    }
  }

  private static String pathWithin(Path folder, Path file) {
    return StreamSupport.stream(folder.relativize(file).spliterator(), false)
        .map(Path::toString)
        .collect(Collectors.joining("/"));
  }

  private void addZip(Path zip, String prefix) throws IOException, CorpusException {
    for (Unpacker.Entry entry : unpacker.unpack(zip)) {
      add(prefix + entry.name(), entry.file(), entry.digest());
    }
  }

  private void addFile(String path, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      add(path, file, Digest.copy(in, OutputStream.nullOutputStream(), Long.MAX_VALUE));
    }
  }

  private void add(String path, Path file, Digest digest) throws IOException {
    Sample earlier = samples.get(digest.sha256());
    if (earlier != null) {
      members.add(new Member(path, earlier, true));
      return;
    }
    Sample sample =
        new Sample(
            path, file, digest.sha256(), digest.md5(), digest.size(), FileFactsReader.read(file));
    samples.put(digest.sha256(), sample);
    members.add(new Member(path, sample, false));
  }
}
