package org.malassay.firmware.unpack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Entry.Kind;
import org.malassay.firmware.Part;
import org.malassay.firmware.Part.State;

/** What came out of an image. */
record Collected(List<Part> parts, List<Entry> entries) {
  static Collected of(byte[] image) {
    return of(image, Bounds.DEFAULT);
  }

  static Collected of(byte[] image, Bounds bounds) {
    List<Entry> entries = new ArrayList<>();
    List<Part> parts = ImageReader.read(Source.of(image), bounds, entries::add);
    return new Collected(parts, entries);
  }

  Stream<Part> parts(String format) {
    return parts.stream().filter(it -> it.format().equals(format));
  }

  Part part(String format) {
    List<Part> found = parts(format).toList();
    assertThat(found).as("parts of %s in %s", format, parts).hasSize(1);
    return found.get(0);
  }

  /** Those of the first part of a format that has any. */
  Map<String, Entry> in(String format) {
    Map<String, Entry> byPath = new HashMap<>();
    for (Entry entry : entries) {
      if (parts.get(entry.part()).format().equals(format)) {
        assertThat(byPath.put(entry.path(), entry)).as(entry.path()).isNull();
      }
    }
    return byPath;
  }

  Entry entry(String path) {
    List<Entry> found = entries.stream().filter(it -> it.path().equals(path)).toList();
    assertThat(found).as("entries %s in %s", path, parts).hasSize(1);
    return found.get(0);
  }

  /**
   * Whatever the image was: parts cover each container, entries have their parts, paths are tame.
   */
  void isSane(long size) {
    List<Part> top =
        parts.stream()
            .filter(it -> it.within().isEmpty())
            .sorted(java.util.Comparator.comparingLong(Part::at))
            .toList();
    long at = 0;
    for (Part part : top) {
      assertThat(part.at()).as("the parts cover the image: %s", top).isEqualTo(at);
      at += part.size();
    }
    assertThat(at).as("the parts cover the image: %s", top).isEqualTo(size);
    long[] counts = new long[parts.size()];
    for (Entry entry : entries) {
      counts[entry.part()]++;
      assertThat(entry.path()).startsWith("/");
      assertThat(entry.path().substring(1).split("/", -1))
          .as(entry.path())
          .doesNotContain("..", ".")
          .satisfies(
              steps ->
                  assertThat(
                          entry.path().length() == 1
                              || List.of(steps).stream().noneMatch(String::isEmpty))
                      .as(entry.path())
                      .isTrue());
      assertThat(entry.path().chars()).noneMatch(it -> it < ' ');
      if (entry.kind() == Kind.FILE) {
        assertThat(entry.size()).isEqualTo(entry.content().length);
      } else {
        assertThat(entry.content()).isEmpty();
      }
    }
    for (int i = 0; i < counts.length; i++) {
      Part part = parts.get(i);
      assertThat(part.entries()).as("%s", part).isEqualTo(counts[i]);
      assertThat(part.detail().isEmpty() && part.state() != State.READ).as("%s", part).isFalse();
      assertThat(part.size()).as("%s", part).isPositive();
    }
  }
}
