package org.malassay.firmware.unpack;

import java.io.IOException;

/** Bytes that are not what their format says. The message tells what is wrong, in words. */
class DamagedException extends IOException {
  private static final long serialVersionUID = 1;

  DamagedException(String message) {
    super(message);
  }

  DamagedException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Something of a format that no reader here takes; the message says what would. */
  static final class Unsupported extends DamagedException {
    private static final long serialVersionUID = 1;

    Unsupported(String message) {
      super(message);
    }
  }

  /** It ends before it should. */
  static final class Early extends DamagedException {
    private static final long serialVersionUID = 1;

    Early(String message) {
      super(message);
    }
  }

  /** What seemed to begin a format is none: chance. */
  static final class Chance extends DamagedException {
    private static final long serialVersionUID = 1;

    Chance(String message) {
      super(message);
    }
  }

  /** One of the {@link Bounds} is reached: nothing more of the image is read. */
  static final class Bound extends DamagedException {
    private static final long serialVersionUID = 1;

    Bound(String message) {
      super(message);
    }
  }
}
