package org.malassay.sample;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.malassay.sample.Corpus.Unread;
import org.malassay.sample.Unpacker.Content;
import org.malassay.sample.Unpacker.Entry;
import org.malassay.sample.Unpacker.NotWritten;

/** The files found in one archive. For one thread at a time. */
final class Contents {
  private final Unpacker unpacker;
  private final List<Entry> files = new ArrayList<>();
  private final List<String> passedOver = new ArrayList<>();
  private final List<Unread> unread = new ArrayList<>();

  Contents(Unpacker unpacker) {
    this.unpacker = unpacker;
  }

  /**
   * Unpacks one member. A fault of the member affects no other one.
   *
   * @param size that the archive says it has, or {@link Unpacker#UNKNOWN}
   * @return false when it is unreadable
   * @throws UnreadableException.Rest if the archive is to be left
   */
  boolean unpack(String name, long size, Content content)
      throws UnreadableException.Rest, NotWritten {
    return unpack(name, size, List.of(content)) == 0;
  }

  /**
   * The same for a member that can be decoded in several ways, such as with several passwords.
   *
   * @param tries tried in this order until one succeeds; at least one
   * @return which one did, or -1 when it is unreadable
   */
  int unpack(String name, long size, List<? extends Content> tries)
      throws UnreadableException.Rest, NotWritten {
    String reason = "";
    for (int i = 0; i < tries.size(); i++) {
      try {
        files.add(unpacker.unpack(name, size, tries.get(i)));
        return i;
      } catch (UnreadableException.Rest e) {
        throw e;
      } catch (UnreadableException e) {
        // That a password is wrong says the least of why a member cannot be read.
        if (reason.isEmpty() || !(e instanceof UnreadableException.WrongPassword)) {
          reason = e.reason();
        }
      }
    }
    unread.add(new Unread(name, reason));
    return -1;
  }

  /** A link or a special file. */
  void passOver(String name) {
    passedOver.add(name);
  }

  /** The archive itself cannot be read, or not to its end. */
  void breaksOff(UnreadableException why) {
    unread.add(new Unread("", why.reason()));
  }

  /** The files, ordered by name. */
  List<Entry> files() {
    return files.stream().sorted(Comparator.comparing(Entry::name)).toList();
  }

  List<String> passedOver() {
    return passedOver;
  }

  /** Members by name; the name is empty where the archive itself is meant. */
  List<Unread> unread() {
    return unread;
  }
}
