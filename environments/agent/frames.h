/*
 * The frames by which a guest and the host speak of one sample. A frame, in both directions: one
 * byte of type, four bytes of length, and as many bytes. Numbers are big-endian. On the host's side
 * they are in AgentProtocol.java; in a guest, the agent speaks them, and the library OS of the
 * unikernels.
 */
#ifndef FRAMES_H
#define FRAMES_H

enum { FRAME_HEADER = 5 };

enum command {
  CMD_FILE = 'F',
  CMD_MARK = 'T', /* u64 cookie, by which a recorder of system calls knows the sample */
  CMD_RUN = 'R',
  CMD_PROBE = 'P',
  CMD_STOP = 'K',
  CMD_NETWORK = 'I', /* text: the address of the network's name server */
  CMD_READ = 'G',    /* u64 bytes at most, path of a file */
  CMD_USAGE = 'M',
  CMD_NO_CAPS = 'V', /* nothing: the sample is to have no capabilities */
  CMD_LOG = 'Q' /* nothing: have qemu-user's log of the sample's calls told */
};

enum event {
  EV_HELLO = 'S',       /* u8 data, u16 machine of the service's ELF header, or zeros; u8 1 where
                           sockets of AF_VSOCK can be opened */
  EV_SERVICE_UP = 'U',  /* nothing: the service answers */
  EV_SERVICE_END = 'D', /* u8 ENDED_*, u32 status or signal, name of the error */
  EV_SERVICE_LOG = 'L', /* bytes */
  EV_FILE = 'F',        /* nothing: the file is there */
  EV_STDOUT = '1',      /* bytes */
  EV_STDERR = '2',      /* bytes */
  EV_UNSUPPORTED = 'C', /* text: the system calls that the guest lacks and the sample asked for */
  EV_RECORD = 'R',      /* a record of what the sample does: record.h, whose header
                           has u16 bits (little-endian), and of its words of eight bytes those whose
                           bit is set; the others are as in the record before, or zero. After
                           CMD_LOG: a piece of qemu-user's log, nothing at its end */
  EV_FORKS = 'N',       /* u64 how often the limit on processes was met since the sample's start */
  EV_END = 'X',         /* u8 ENDED_*, u32 status, signal or reason, u64 duration ns, u64 cpu ns,
                           u64 stdout bytes, u64 stderr bytes, u32 survivors, u64 killed for want of
                           memory (all ones: unknown), name of the error */
  EV_PROBE_BYTES = 'H', /* bytes of the answer */
  EV_PROBE = 'P',       /* u64 latency ns, name of the error or nothing */
  EV_FILE_BYTES = 'B',  /* bytes of the file that is read */
  EV_FILE_END = 'Z',    /* u64 size, u32 mode or 0 when there is no file, u8 1 if it has changed since
                           the sample's start, name of the error or nothing */
  EV_USAGE = 'M',       /* u64 cpu ns, u64 bytes of memory, u64 the most that there were, u64 processes
                           and threads, u64 packets sent, u64 received; all ones: unknown */
  EV_FAILURE = 'E'      /* text: the agent cannot go on */
};

enum ended { ENDED_EXITED = 0, ENDED_SIGNALED = 1, ENDED_STOPPED = 2, ENDED_REFUSED = 3 };

/* Why a sample was stopped, and what CMD_STOP says. */
enum reason { REASON_TIME = 0, REASON_DISK = 1 };

#endif
