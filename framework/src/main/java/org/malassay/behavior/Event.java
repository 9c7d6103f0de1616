package org.malassay.behavior;

import java.time.Duration;

/**
 * One thing seen of a sample. Each kind is a record, which also says how it is written and read,
 * and has a line in {@code EventKinds}.
 */
public sealed interface Event
    permits SystemCall,
        CallsCounted,
        UnsupportedCall,
        ProcessBegun,
        ProgramStarted,
        ProcessEnded,
        FileKept,
        FileNotKept,
        Conversation,
        Question,
        Usage,
        ServiceAsked {

  /** When, since the sample's start; negative for what was seen before. */
  Duration at();

  /** Where it was seen. */
  Origin origin();

  /** The facet that it belongs to. */
  default Facet facet() {
    return EventKinds.of(this).facet();
  }
}
