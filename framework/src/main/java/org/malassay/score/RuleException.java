package org.malassay.score;

/** A rule that is none: the message names the file, the rule, the field and what is allowed. */
public final class RuleException extends IllegalArgumentException {
  RuleException(String message) {
    super(message);
  }
}
