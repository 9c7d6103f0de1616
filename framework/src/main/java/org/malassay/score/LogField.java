package org.malassay.score;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A field of a log source.
 *
 * @param index its place among those of its source
 * @param name as rules name it
 * @param read its value in a record; null when the record has none
 */
record LogField(int index, String name, Function<LogRecord, @Nullable String> read) {}
