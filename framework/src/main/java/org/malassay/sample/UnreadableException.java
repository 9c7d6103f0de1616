package org.malassay.sample;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A fault that makes one member of an archive unreadable, or one archive, not the corpus. */
class UnreadableException extends IOException {
  private final String reason;

  /**
   * @param reason one line that goes on after the name of what is unreadable
   */
  UnreadableException(String reason, @Nullable Throwable cause) {
    super(SafeText.printable(reason), cause);
    this.reason = SafeText.printable(reason);
  }

  UnreadableException(String reason) {
    this(reason, null);
  }

  /** Printable. */
  String reason() {
    return reason;
  }

  /** Makes one of whatever a decoder of hostile bytes throws. */
  static UnreadableException of(Exception failure) {
    Throwable root = failure;
    while (!(root instanceof UnreadableException) && root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof UnreadableException already) {
      return already;
    }
    String what = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    return new UnreadableException("cannot be decoded: " + what, failure);
  }

  /** The rest of the archive is unreadable, too. */
  static final class Rest extends UnreadableException {
    Rest(String reason, @Nullable Throwable cause) {
      super(reason, cause);
    }
  }

  /** None of the passwords opens it. */
  static final class WrongPassword extends UnreadableException {
    WrongPassword(Iterable<String> passwords) {
      super(
          "is encrypted with another password than %s, or damaged; give it by -Dsamples.password="
              .formatted(String.join(" or ", passwords)));
    }
  }
}
