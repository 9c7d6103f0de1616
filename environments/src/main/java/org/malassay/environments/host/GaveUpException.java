package org.malassay.environments.host;

import java.io.IOException;

/**
 * A recipe's script gave up, with exit status 2. The message is its own last words, which say why
 * and what mends it.
 */
public final class GaveUpException extends IOException {
  static final int STATUS = 2;

  GaveUpException(String lastWords) {
    super(lastWords);
  }
}
