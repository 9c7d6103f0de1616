package org.malassay.score;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** A part of a rule's detection: true of a record or not. */
interface Check {
  boolean test(LogRecord record);

  /**
   * The values, in lower case, of which this field must have one where this is to be true; empty
   * when it says nothing of the field.
   */
  default Optional<Set<String>> values(LogField field) {
    return Optional.empty();
  }

  /** All of them. */
  record All(List<Check> of) implements Check {
    @Override
    public boolean test(LogRecord record) {
      for (Check check : of) {
        if (!check.test(record)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public Optional<Set<String>> values(LogField field) {
      return of.stream().flatMap(check -> check.values(field).stream()).findFirst();
    }
  }

  /** One of them at least. */
  record Any(List<Check> of) implements Check {
    @Override
    public boolean test(LogRecord record) {
      for (Check check : of) {
        if (check.test(record)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public Optional<Set<String>> values(LogField field) {
      Set<String> all = new HashSet<>();
      for (Check check : of) {
        Optional<Set<String>> its = check.values(field);
        if (its.isEmpty()) {
          return its;
        }
        all.addAll(its.get());
      }
      return Optional.of(all);
    }
  }

  /** The contrary. */
  record Not(Check of) implements Check {
    @Override
    public boolean test(LogRecord record) {
      return !of.test(record);
    }
  }

  /** A field has one of these values, whether letters are small or capital. */
  record OneOf(LogField field, Set<String> literals, List<Glob> globs) implements Check {
    static OneOf of(LogField field, List<Glob> globs) {
      Set<String> literals = new HashSet<>();
      List<Glob> others = new ArrayList<>();
      globs.forEach(
          glob -> {
            if (glob.isLiteral()) {
              literals.add(glob.literal());
            } else {
              others.add(glob);
            }
          });
      return new OneOf(field, Set.copyOf(literals), List.copyOf(others));
    }

    @Override
    public boolean test(LogRecord record) {
      String text = record.lower(field);
      if (text == null) {
        return false;
      }
      if (literals.contains(text)) {
        return true;
      }
      for (Glob glob : globs) {
        if (glob.matches(text)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public Optional<Set<String>> values(LogField of) {
      return of.equals(field) && globs.isEmpty() ? Optional.of(literals) : Optional.empty();
    }
  }

  /** A field has a value of which this is true. */
  record Has(LogField field, Predicate<String> of) implements Check {
    @Override
    public boolean test(LogRecord record) {
      String text = record.text(field);
      return text != null && of.test(text);
    }
  }

  /** A field has a value in which this is found; what is given up is counted, and is not found. */
  record Finds(LogField field, Expression expression) implements Check {
    @Override
    public boolean test(LogRecord record) {
      String text = record.text(field);
      if (text == null) {
        return false;
      }
      Expression.Outcome outcome = expression.find(text);
      if (outcome == Expression.Outcome.GIVEN_UP) {
        record.giveUp();
      }
      return outcome == Expression.Outcome.FOUND;
    }
  }

  /** A field has a value, or has none. */
  record Exists(LogField field, boolean wanted) implements Check {
    @Override
    public boolean test(LogRecord record) {
      return (record.text(field) != null) == wanted;
    }
  }

  /** Two fields have the same value. */
  record SameAs(LogField field, LogField other) implements Check {
    @Override
    public boolean test(LogRecord record) {
      String text = record.lower(field);
      return text != null && text.equals(record.lower(other));
    }
  }

  /** Some field, whichever, holds this. */
  record Keyword(Glob glob) implements Check {
    @Override
    public boolean test(LogRecord record) {
      for (LogField field : record.source().fields().values()) {
        String text = record.lower(field);
        if (text != null && glob.matches(text)) {
          return true;
        }
      }
      return false;
    }
  }
}
