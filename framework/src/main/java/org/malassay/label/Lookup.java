package org.malassay.label;

/** A source's answer when it is asked for a sample. */
sealed interface Lookup {

  /** The source has a report. */
  record Found(EngineReport report) implements Lookup {}

  /** The source has none; the reason names the source, or is empty where there is none to name. */
  record NotKnown(String reason) implements Lookup {}

  /** The source could not be asked, or its answer not be read; the reason names the source. */
  record NotReachable(String reason) implements Lookup {}
}
