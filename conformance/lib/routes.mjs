// The routes that the scenarios need, in Pushpin's syntax.

/** @param ports of the two backends. */
export function routes([first, second]) {
  const backend = `127.0.0.1:${first}`
  return `# Written by the conformance runner.
* ${backend}
*,path_beg=/debug/,debug ${backend}
*,path_beg=/dead/ 127.0.0.1:1
*,path_beg=/dead-debug/,debug 127.0.0.1:1
*,path_beg=/failover/ 127.0.0.1:1 ${backend}
*,path_beg=/strip/,path_rem=6 ${backend}
*,path_beg=/cut/,path_rem=4 ${backend}
*,path_beg=/swap/,replace_beg=/swapped/ ${backend}
*,path_beg=/both/,path_rem=6,replace_beg=/prepended/ ${backend}
*,path_beg=/sub/ ${backend},sub=always-on
*,path_beg=/signed/,sig_iss=me,sig_key=hunter2 ${backend}
*,path_beg=/nogrip/,no_grip ${backend}
*,path_beg=/header/,header=X-Route:added ${backend}
*,path_beg=/headers/,header=X-One:1,header=x-one:2,header="X-Two: 2 and 3",header=X-Gone:,header=Host:none.test ${backend}
*,path_beg=/host/ ${backend},host=other.example
*,path_beg=/ashost/,as_host=as.example ${backend}
*,path_beg=/host-port/ ${backend},host=Other.Example:80
*,path_beg=/ashost-port/,as_host=As.Example:80 ${backend}
*,path_beg=/set-made/,header=Host:set.example,header=Grip-Sig:x ${backend}
*,path_beg=/prefix/,prefix=pre- ${backend}
*,path_beg=/second/ 127.0.0.1:${second}
*,path_beg=/second/first/ ${backend}
*,path_beg=/ssl/,ssl=yes 127.0.0.1:1
*,path_beg=/ws-only/,proto=ws 127.0.0.1:1
*,path_beg=/test/ test
*,path_beg=/ws/ ${backend},over_http
*,path_beg=/ws-debug/,debug ${backend},over_http
*,path_beg=/ws-one/ ${backend},over_http,one_event
*,path_beg=/ws-sub/ ${backend},over_http,sub=ws-always-on
*,path_beg=/ws-nogrip/,no_grip ${backend},over_http
*,path_beg=/ws-prefix/,prefix=pre- ${backend},over_http
*,path_beg=/ws-dead/ 127.0.0.1:1,over_http
*,path_beg=/ws-failover/ 127.0.0.1:1,over_http ${backend},over_http
*,path_beg=/ws-strip/,path_rem=9,header=X-Route:added ${backend},over_http,host=other.example
*,path_beg=/ws-signed/,sig_iss=me,sig_key=hunter2 ${backend},over_http
*,path_beg=/ws-aco/,aco ${backend},over_http
*,path_beg=/plain-sub/ ${backend},sub=plain-always-on
*,path_beg=/plain-nogrip/,no_grip ${backend}
*,path_beg=/aco/,aco ${backend}
*,path_beg=/jsonp/,aco,jsonp_mode=extended ${backend}
*,path_beg=/jsonp-basic/,aco,jsonp_mode=basic,jsonp_cb=cb ${backend}
*,path_beg=/jsonp-body/,aco,jsonp_mode=basic,jsonp_cb=cb,jsonp_body=b,jsonp_defcb=fallback,jsonp_defmethod=PUT ${backend}
*,path_beg=/jsonp-debug/,aco,debug ${backend}
*,path_beg=/jsonp-dead/,aco,debug 127.0.0.1:1
*,path_beg=/orig/,orig_headers,header=X-Route:added,header=Grip-Own:1 ${backend}
*,path_beg=/session/,session ${backend}
*,path_beg=/never/,id=by-id,header=X-Route:by-id 127.0.0.1:${second}
id=only-id,header=X-Route:only-id 127.0.0.1:${second}
*,path_beg=/own-key/,sig_iss=me,sig_key=hunter2 ${backend}
*,path_beg=/untrusted/ ${backend},untrusted
*,path_beg=/untrusted-debug/,debug ${backend},untrusted
*,path_beg=/untrusted-failover/ ${backend},untrusted ${backend}
*,path_beg=/untrusted-ws/ ${backend},untrusted,over_http
*,path_beg=/untrusted-second/ 127.0.0.1:1 ${backend},untrusted
*,path_beg=/sockjs,sockjs=/sockjs ${backend},over_http
*,path_beg=/sockjs-as,sockjs=/sockjs-as,sockjs_as_path=/as/path ${backend},over_http
*,path_beg=/sockjs-slash/,sockjs=/sockjs-slash/ ${backend},over_http
*,path_beg=/sockjs-dead,sockjs=/sockjs-dead 127.0.0.1:1,over_http
other.test,path_beg=/domain/ 127.0.0.1:${second}
domain.test ${backend}
domain.test,path_beg=/deep/ 127.0.0.1:${second}
`
}
