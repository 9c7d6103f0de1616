package org.malassay.firmware.survey;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Part;
import org.malassay.firmware.Part.State;

/**
 * How much of an image is understood. What lies in wrappers alone (compressions, archives, update
 * containers) counts as what lies in the image itself: an encrypted image is not read because its
 * vendor packed it into a zip. What lies in a file of a file system does not count, nor in one of
 * an archive that is a tree of files.
 */
final class Understanding {
  /** Such as the first bytes of a compressed kernel, which are its own. */
  private static final int SHORT = 64 * 1024;

  private final ImageFacts facts;
  private final Map<String, Part> byInside = new HashMap<>();

  /** What {@link Part#inside} is of the parts that a file system lies in. */
  private final Set<String> aroundFileSystems = new HashSet<>();

  /** What {@link Part#within} is of parts that were read. */
  private final Set<String> readWithin = new HashSet<>();

  private final List<Part> unread;

  Understanding(ImageFacts facts) {
    this.facts = facts;
    for (Part part : facts.parts()) {
      byInside.putIfAbsent(part.inside(), part);
      if (isRead(part)) {
        readWithin.add(part.within());
      }
    }
    for (Part part : facts.parts()) {
      if (part.holdsFileSystem()) {
        around(part).forEach(it -> aroundFileSystems.add(it.inside()));
      }
    }
    unread = facts.parts().stream().filter(this::isUnread).toList();
  }

  private static boolean isRead(Part part) {
    return part.state() == State.READ || part.state() == State.CUT;
  }

  /** The parts that one lies in. */
  private List<Part> around(Part part) {
    List<Part> around = new ArrayList<>();
    String within = part.within();
    for (int end = within.length(); end > 0; end = within.lastIndexOf('!', end - 1)) {
      Part one = byInside.get(within.substring(0, end));
      if (one != null) {
        around.add(one);
      }
    }
    return around;
  }

  /** Whether files of it need not be images. */
  private boolean isTree(Part part) {
    return part.holdsFileSystem()
        || (part.entries() >= Part.FEWEST_ENTRIES_OF_A_TREE
            && (!facts.programs().isEmpty() || !facts.sources().isEmpty())
            && !aroundFileSystems.contains(part.inside()));
  }

  /** Whether it lies in wrappers alone, if in anything. */
  private boolean isInNoTree(Part part) {
    return around(part).stream().noneMatch(this::isTree);
  }

  private boolean isUnread(Part part) {
    return switch (part.state()) {
      case READ, CUT, PADDING -> false;
      case UNSUPPORTED, ENCRYPTED -> isInNoTree(part);
      case UNKNOWN ->
          (part.within().isEmpty() || part.size() >= SHORT || !readWithin.contains(part.within()))
              && isInNoTree(part);
      // In a wrapper it may be what looks like a format in a kernel.
      case REFUSED -> part.within().isEmpty();
    };
  }

  long unread() {
    return unread.stream().mapToLong(Part::size).sum();
  }

  /**
   * Whether a part of the image itself, or a file system in wrappers, was read up to a bound or to
   * damage only.
   */
  boolean isCut() {
    return facts.parts().stream()
        .filter(part -> part.state() == State.CUT)
        .anyMatch(part -> part.within().isEmpty() || (part.holdsFileSystem() && isInNoTree(part)));
  }

  Surveyed.Outcome outcome() {
    Set<String> aroundUnread = new HashSet<>();
    unread.forEach(part -> around(part).forEach(it -> aroundUnread.add(it.inside())));
    // That the wrapper of what nobody understands was opened is no understanding.
    boolean some =
        facts.parts().stream()
            .anyMatch(part -> isRead(part) && !aroundUnread.contains(part.inside()));
    if (!some) {
      return Surveyed.Outcome.NOTHING;
    }
    boolean all =
        unread.isEmpty()
            && !isCut()
            && facts.parts().stream().noneMatch(part -> part.state() == State.UNSUPPORTED);
    return all ? Surveyed.Outcome.READ : Surveyed.Outcome.PARTLY;
  }
}
