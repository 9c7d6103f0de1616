package org.malassay.environments.internet;

import java.nio.ByteBuffer;

/**
 * One thing that the program {@code internet} tells or is told; {@code internet.h} says what each
 * type holds.
 *
 * @param id of a connection; 0 where it is about none
 * @param payload not to be changed
 */
record Frame(char type, int id, ByteBuffer payload) {
  static final char READY = 'N';
  static final char OPENED = 'O';
  static final char DATA = 'D';
  static final char CLOSED = 'C';
  static final char KILL = 'K';
  static final char TAKEN = 'A';
  static final char DATAGRAM = 'U';
  static final char PACKET = 'P';
  static final char COUNTS = 'S';
  static final char TICK = 'T';
  static final char ERROR = 'E';

  /** How many bytes may be under way on a connection, not taken by the guest yet. */
  static final int WINDOW = 64 * 1024;

  static final int HEADER = 9;

  /** The program sends no more than a datagram with its time and its ends. */
  static final int MAX_PAYLOAD = 128 * 1024;

  /** A buffer with the header of a frame in it, whose payload of this length must be put. */
  static ByteBuffer begin(char type, int id, int length) {
    return ByteBuffer.allocate(HEADER + length).put((byte) type).putInt(id).putInt(length);
  }
}
