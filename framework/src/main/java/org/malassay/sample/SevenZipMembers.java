package org.malassay.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.apache.commons.compress.PasswordRequiredException;
import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZFile;
import org.apache.commons.compress.archivers.sevenz.SevenZMethod;
import org.malassay.sample.Unpacker.NotWritten;

/** The members of a 7z archive, by Commons Compress. */
final class SevenZipMembers {
  /** The high half of the attributes is a mode of Unix (p7zip). */
  private static final int UNIX_EXTENSION = 0x8000;

  private static final int S_IFMT = 0170000;
  private static final int S_IFLNK = 0120000;

  private final Path archive;
  private final List<String> passwords;

  SevenZipMembers(Path archive, List<String> passwords) {
    this.archive = archive;
    this.passwords = passwords;
  }

  /**
   * Unpacks them. The format does not tell whether a password is right: it is when a member comes
   * out whole.
   *
   * @param contents an empty one for each try
   */
  Contents unpack(Supplier<Contents> contents) throws IOException {
    List<Optional<String>> tries = new ArrayList<>(List.of(Optional.empty()));
    passwords.stream().map(Optional::of).forEach(tries::add);
    boolean encrypted = false;
    UnreadableException failure = new UnreadableException.WrongPassword(passwords);
    for (Optional<String> password : tries) {
      Contents tried = contents.get();
      try {
        if (unpack(password, tried)) {
          return tried;
        }
        encrypted = true;
      } catch (NotWritten e) {
        throw e;
      } catch (PasswordRequiredException e) {
        encrypted = true;
      } catch (IOException | RuntimeException e) {
        if (!encrypted) {
          failure = UnreadableException.of(e);
          tried.breaksOff(failure);
          return tried;
        } // else it is the list of members that the password does not open
      }
    }
    Contents none = contents.get();
    none.breaksOff(failure);
    return none;
  }

  /** False when all that is encrypted is unreadable. */
  private boolean unpack(Optional<String> password, Contents contents) throws IOException {
    boolean encrypted = false;
    boolean opened = false;
    try (SevenZFile members = open(password)) {
      while (true) {
        SevenZArchiveEntry entry;
        try {
          entry = members.getNextEntry();
        } catch (IOException | RuntimeException e) {
          if (!opened) {
            throw e;
          }
          contents.breaksOff(UnreadableException.of(e));
          return true;
        }
        if (entry == null) {
          return opened || !encrypted;
        }
        if (isSymbolicLink(entry)) {
          contents.passOver(entry.getName());
        } else if (!entry.isDirectory() && !entry.isAntiItem()) {
          boolean secret = isEncrypted(entry);
          if (secret && password.isEmpty()) {
            return false;
          }
          boolean whole =
              contents.unpack(entry.getName(), entry.getSize(), () -> new Current(members));
          encrypted |= secret;
          opened |= secret && whole;
        }
      }
    }
  }

  private SevenZFile open(Optional<String> password) throws IOException {
    SevenZFile.Builder builder =
        SevenZFile.builder()
            .setPath(archive)
            .setMaxMemoryLimitKiB(ArchiveReader.MEMORY_KIB)
            .setUseDefaultNameForUnnamedEntries(true);
    password.ifPresent(builder::setPassword);
    return builder.get();
  }

  private static boolean isEncrypted(SevenZArchiveEntry entry) {
    return entry.getContentMethods() != null
        && StreamSupport.stream(entry.getContentMethods().spliterator(), false)
            .anyMatch(method -> method.getMethod() == SevenZMethod.AES256SHA256);
  }

  private static boolean isSymbolicLink(SevenZArchiveEntry entry) {
    int attributes = entry.getHasWindowsAttributes() ? entry.getWindowsAttributes() : 0;
    return (attributes & UNIX_EXTENSION) != 0 && (attributes >>> 16 & S_IFMT) == S_IFLNK;
  }

  /** The member that the archive stands at. */
  private static final class Current extends InputStream {
    private final SevenZFile members;

    Current(SevenZFile members) {
      this.members = members;
    }

    @Override
    public int read() throws IOException {
      return members.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return members.read(into, offset, length);
    }
  }
}
