"""What the outside world may hear of the centre over MQTT 5, and the few things it may ask.

Never on the control path: a broker that is gone, slow or hostile costs nothing but its own messages. Only `link` needs
aiomqtt, and the desk imports it only where a broker is configured.
"""
