/* The server: lwIP's httpd, the page, and the two debug endpoints that stand in for an exploit. */
#ifndef HTTP_H
#define HTTP_H

void http_init(void);

#endif
